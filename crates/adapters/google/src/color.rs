//! The eleven colours that an event can have at Google.

use kalends_domain::event::{nearest, rgb};

/// By `colorId` from 1 on, as Google's own calendar paints them: lavender, sage, grape, flamingo, banana, tangerine,
/// peacock, graphite, blueberry, basil, tomato.
const PALETTE: [&str; 11] = [
    "#7986cb", "#33b679", "#8e24aa", "#e67c73", "#f6bf26", "#f4511e", "#039be5", "#616161", "#3f51b5", "#0b8043",
    "#d50000",
];

/// The colour of a `colorId`; none of one that is not known.
pub(crate) fn of_id(id: &str) -> Option<&'static str> {
    let number: usize = id.parse().ok()?;
    PALETTE.get(number.checked_sub(1)?).copied()
}

/// The `colorId` of the colour that is nearest to this one.
pub(crate) fn id_of(color: &str) -> Option<String> {
    let palette = PALETTE.iter().filter_map(|color| rgb(color));
    nearest(rgb(color)?, palette).map(|at| (at + 1).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_of_the_palette_stays() {
        for (at, color) in PALETTE.iter().enumerate() {
            let id = id_of(color).unwrap();
            assert_eq!((id.as_str(), of_id(&id)), ((at + 1).to_string().as_str(), Some(*color)));
        }
    }

    #[test]
    fn others_go_to_the_nearest() {
        for (color, id) in [("red", "11"), ("forestgreen", "10"), ("#3a50c0", "9"), ("gold", "5"), ("gray", "8")] {
            assert_eq!(id_of(color).as_deref(), Some(id), "{color}");
        }
        assert_eq!(id_of("no colour"), None);
        for odd in ["0", "12", "-1", "", "x"] {
            assert_eq!(of_id(odd), None, "{odd}");
        }
    }
}
