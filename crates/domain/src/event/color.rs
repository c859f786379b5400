//! The colour of an event.

use crate::calendar::Color;

/// Text that is no colour of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be #RRGGBB or a CSS colour name")]
pub struct InvalidEventColor;

/// `#RRGGBB`, or a colour name of CSS (COLOR, RFC 7986 5.9), which is kept in lower case.
///
/// ```
/// use kalends_domain::event::color;
///
/// assert_eq!(color("Tomato").as_deref(), Ok("tomato"));
/// assert!(color("very red").is_err());
/// ```
pub fn color(text: &str) -> Result<String, InvalidEventColor> {
    if let Ok(color) = text.parse::<Color>() {
        return Ok(color.as_str().to_owned());
    }
    let name = text.to_ascii_lowercase();
    let known = CSS_COLORS.split_ascii_whitespace().any(|known| known == name);
    if known { Ok(name) } else { Err(InvalidEventColor) }
}

/// The named colours of CSS Color Module Level 4, section 6.1.
const CSS_COLORS: &str = "aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet \
    brown burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan \
    darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred \
    darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue \
    dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green \
    greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon \
    lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon \
    lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen magenta \
    maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen \
    mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab \
    orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum \
    powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver \
    skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white \
    whitesmoke yellow yellowgreen";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours() {
        assert_eq!(color("#3B82f6").unwrap(), "#3B82f6");
        assert_eq!(color("RebeccaPurple").unwrap(), "rebeccapurple");
        for bad in ["", "#fff", "bleu", "red green", "rgb(1,2,3)"] {
            assert!(color(bad).is_err(), "{bad}");
        }
    }
}
