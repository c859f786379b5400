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
    if named(&name).is_some() { Ok(name) } else { Err(InvalidEventColor) }
}

/// Red, green and blue of a colour as [`color`] takes it; `None` for any other text.
///
/// ```
/// use kalends_domain::event::rgb;
///
/// assert_eq!(rgb("tomato"), Some([0xff, 0x63, 0x47]));
/// assert_eq!(rgb("#3B82f6"), Some([0x3b, 0x82, 0xf6]));
/// ```
pub fn rgb(color: &str) -> Option<[u8; 3]> {
    let digits = match color.strip_prefix('#') {
        Some(digits) => digits,
        None => named(&color.to_ascii_lowercase())?,
    };
    let number = u32::from_str_radix(digits, 16)
        .ok()
        .filter(|_| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}

/// Which of some colours is the nearest to `wanted`, as the eye has it rather than by equal weights (the "redmean"
/// approximation). The first of equals; `None` of none.
pub fn nearest(wanted: [u8; 3], palette: impl IntoIterator<Item = [u8; 3]>) -> Option<usize> {
    let distance = |[r, g, b]: [u8; 3]| {
        let [red, green, blue] = wanted.map(i64::from);
        let (dr, dg, db) = (red - i64::from(r), green - i64::from(g), blue - i64::from(b));
        let mean = i64::midpoint(red, i64::from(r));
        (512 + mean) * dr * dr / 256 + 4 * dg * dg + (767 - mean) * db * db / 256
    };
    palette.into_iter().enumerate().min_by_key(|&(_, color)| distance(color)).map(|(at, _)| at)
}

fn named(name: &str) -> Option<&'static str> {
    let mut pairs = CSS_COLORS.split_ascii_whitespace().filter_map(|pair| pair.split_once(':'));
    pairs.find(|(known, _)| *known == name).map(|(_, digits)| digits)
}

/// The named colours of CSS Color Module Level 4, section 6.1, each with its red, green and blue.
const CSS_COLORS: &str = "aliceblue:f0f8ff antiquewhite:faebd7 aqua:00ffff aquamarine:7fffd4 azure:f0ffff beige:f5f5dc bisque:ffe4c4 \
    black:000000 blanchedalmond:ffebcd blue:0000ff blueviolet:8a2be2 brown:a52a2a burlywood:deb887 cadetblue:5f9ea0 \
    chartreuse:7fff00 chocolate:d2691e coral:ff7f50 cornflowerblue:6495ed cornsilk:fff8dc crimson:dc143c cyan:00ffff \
    darkblue:00008b darkcyan:008b8b darkgoldenrod:b8860b darkgray:a9a9a9 darkgreen:006400 darkgrey:a9a9a9 \
    darkkhaki:bdb76b darkmagenta:8b008b darkolivegreen:556b2f darkorange:ff8c00 darkorchid:9932cc darkred:8b0000 \
    darksalmon:e9967a darkseagreen:8fbc8f darkslateblue:483d8b darkslategray:2f4f4f darkslategrey:2f4f4f \
    darkturquoise:00ced1 darkviolet:9400d3 deeppink:ff1493 deepskyblue:00bfff dimgray:696969 dimgrey:696969 \
    dodgerblue:1e90ff firebrick:b22222 floralwhite:fffaf0 forestgreen:228b22 fuchsia:ff00ff gainsboro:dcdcdc \
    ghostwhite:f8f8ff gold:ffd700 goldenrod:daa520 gray:808080 green:008000 greenyellow:adff2f grey:808080 \
    honeydew:f0fff0 hotpink:ff69b4 indianred:cd5c5c indigo:4b0082 ivory:fffff0 khaki:f0e68c lavender:e6e6fa \
    lavenderblush:fff0f5 lawngreen:7cfc00 lemonchiffon:fffacd lightblue:add8e6 lightcoral:f08080 lightcyan:e0ffff \
    lightgoldenrodyellow:fafad2 lightgray:d3d3d3 lightgreen:90ee90 lightgrey:d3d3d3 lightpink:ffb6c1 \
    lightsalmon:ffa07a lightseagreen:20b2aa lightskyblue:87cefa lightslategray:778899 lightslategrey:778899 \
    lightsteelblue:b0c4de lightyellow:ffffe0 lime:00ff00 limegreen:32cd32 linen:faf0e6 magenta:ff00ff maroon:800000 \
    mediumaquamarine:66cdaa mediumblue:0000cd mediumorchid:ba55d3 mediumpurple:9370db mediumseagreen:3cb371 \
    mediumslateblue:7b68ee mediumspringgreen:00fa9a mediumturquoise:48d1cc mediumvioletred:c71585 \
    midnightblue:191970 mintcream:f5fffa mistyrose:ffe4e1 moccasin:ffe4b5 navajowhite:ffdead navy:000080 \
    oldlace:fdf5e6 olive:808000 olivedrab:6b8e23 orange:ffa500 orangered:ff4500 orchid:da70d6 palegoldenrod:eee8aa \
    palegreen:98fb98 paleturquoise:afeeee palevioletred:db7093 papayawhip:ffefd5 peachpuff:ffdab9 peru:cd853f \
    pink:ffc0cb plum:dda0dd powderblue:b0e0e6 purple:800080 rebeccapurple:663399 red:ff0000 rosybrown:bc8f8f \
    royalblue:4169e1 saddlebrown:8b4513 salmon:fa8072 sandybrown:f4a460 seagreen:2e8b57 seashell:fff5ee \
    sienna:a0522d silver:c0c0c0 skyblue:87ceeb slateblue:6a5acd slategray:708090 slategrey:708090 snow:fffafa \
    springgreen:00ff7f steelblue:4682b4 tan:d2b48c teal:008080 thistle:d8bfd8 tomato:ff6347 turquoise:40e0d0 \
    violet:ee82ee wheat:f5deb3 white:ffffff whitesmoke:f5f5f5 yellow:ffff00 yellowgreen:9acd32";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours() {
        assert_eq!(color("#3B82f6").unwrap(), "#3B82f6");
        assert_eq!(color("RebeccaPurple").unwrap(), "rebeccapurple");
        for bad in ["", "#fff", "red:ff0000", "bleu", "red green", "rgb(1,2,3)"] {
            assert!(color(bad).is_err(), "{bad}");
        }
    }
    #[test]
    fn every_name_has_a_value() {
        assert!(CSS_COLORS.split_ascii_whitespace().all(|pair| rgb(pair.split(':').next().unwrap()).is_some()));
        assert_eq!(rgb("White"), Some([255; 3]));
        for bad in ["", "#", "#fff", "#+12345", "#ffffffff", "#äää", "bleu"] {
            assert_eq!(rgb(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_nearest_colour() {
        let palette = ["red", "lime", "blue", "white"].map(|name| rgb(name).unwrap());
        let nearest = |name: &str| nearest(rgb(name).unwrap(), palette);
        assert_eq!(nearest("navy"), Some(2));
        assert_eq!(nearest("crimson"), Some(0));
        assert_eq!(nearest("ivory"), Some(3));
        assert_eq!(super::nearest([0; 3], []), None);
    }
}
