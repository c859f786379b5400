//! Descriptions: people at Google write them with a little HTML, which is read as the text that it shows.

/// Tags that Google's own editor writes, and those that programs put there.
const TAGS: [&str; 15] =
    ["a", "b", "br", "div", "em", "html-blob", "i", "li", "ol", "p", "span", "strong", "u", "ul", "wbr"];
/// Those that begin a line, or end one.
const BREAKS: [&str; 2] = ["br", "/p"];
const LINES: [&str; 3] = ["/div", "/li", "li"];

/// Longer than any tag that is written for a description.
const TAG_MAX: usize = 4_096;

/// What a description shows. Text without HTML is itself, and angle brackets that are none of it stay.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut is_html) = (text, false);
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((name, length)) = tag(rest) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        is_html = true;
        let fresh = out.is_empty() || out.ends_with('\n');
        if BREAKS.contains(&name.as_str()) || (LINES.contains(&name.as_str()) && !fresh) {
            out.push('\n');
        }
        if name == "li" {
            out.push_str("- ");
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    // Without a tag, an ampersand is one that somebody typed.
    if is_html { entities(out.trim()) } else { out }
}

/// The tag at the beginning of a text: its name in lower case, with a slash where it closes, and its length in bytes. What
/// comes after the name are attributes, or it is none: somebody compares `a<b` with `c>d`.
fn tag(text: &str) -> Option<(String, usize)> {
    let end = text.bytes().take(TAG_MAX).position(|byte| byte == b'>')?;
    let inside = text.get(1..end)?;
    let (name, attributes) = inside.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((inside, ""));
    let name = name.strip_suffix('/').unwrap_or(name).to_ascii_lowercase();
    let attributes = attributes.trim_matches(['/', ' ']);
    let known = TAGS.contains(&name.strip_prefix('/').unwrap_or(&name));
    (known && (attributes.is_empty() || attributes.contains('='))).then_some((name, end + 1))
}

fn entities(text: &str) -> String {
    let mut out = text.to_owned();
    // The ampersand last: what it makes is no entity.
    for (entity, char) in
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    {
        out = out.replace(entity, char);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_read_as_what_it_shows() {
        for (html, text) in [
            ("Bring <b>books</b> &amp; pens", "Bring books & pens"),
            ("One<br>two<br/>three", "One\ntwo\nthree"),
            ("<p>First</p><p>second &lt;b&gt;</p>", "First\nsecond <b>"),
            ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
            ("<a href=\"https://example.com/?a=1&amp;b=2\">here</a>&nbsp;now", "here now"),
            ("<SPAN>&amp;lt;</SPAN>", "&lt;"),
            ("one<br />two", "one\ntwo"),
        ] {
            assert_eq!(plain(html), text, "{html}");
        }
    }

    #[test]
    fn text_stays_as_it_is() {
        for text in
            ["", "a < b > c", "x &amp; y", "<mailto:a@b.example>", "if (a<b && c>d) {}", "  spaced\n", "ä<ö", "<", "<>"]
        {
            assert_eq!(plain(text), text);
        }
    }
}
