//! Computes the ASCII form of names that are not ASCII, as far as this is possible without Unicode tables.
//!
//! Unicode neither maps most letters nor composes them with their neighbours. Names of such letters only have to be
//! converted to lower case and encoded as punycode. For a name with any other character the result is `None`.

use super::HostFault;
use std::borrow::Cow;

/// Replaces the dots of East Asian keyboards by `.`, and full-width letters and digits by those of ASCII.
pub(super) fn ascii_look_alikes(host: &str) -> String {
    host.chars()
        .map(|c| match c {
            '\u{3002}' | '\u{ff0e}' | '\u{ff61}' => '.',
            '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' | '\u{ff0d}' => {
                char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
            }
            _ => c,
        })
        .collect()
}

/// The ASCII form of a label. The ASCII letters in `label` must be in lower case.
pub(super) fn label(label: &str) -> Result<Cow<'_, str>, HostFault> {
    if let Some(encoded) = label.strip_prefix("xn--") {
        return if is_encoded(encoded) {
            Ok(Cow::Borrowed(label))
        } else {
            Err(HostFault::Punycode(label.to_owned()))
        };
    }
    if label.is_ascii() {
        return Ok(Cow::Borrowed(label));
    }
    let lower: Vec<char> = label.chars().map(lower_case).collect::<Option<_>>().ok_or(HostFault::Unicode)?;
    Ok(Cow::Owned(format!("xn--{}", encode(&lower).ok_or(HostFault::Unicode)?)))
}

/// The letter in lower case, if UTS 46 maps it to its lower case and Unicode never composes it with a neighbour.
fn lower_case(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c);
    }
    // UTS 46 maps these to two letters, or to another letter.
    if matches!(c, '\u{130}' | '\u{132}' | '\u{133}' | '\u{13f}' | '\u{140}' | '\u{149}' | '\u{17f}') {
        return None;
    }
    let mut lower = c.to_lowercase();
    let (lower, None) = (lower.next()?, lower.next()) else { return None };
    let known = matches!(
        lower,
        '\u{df}'..='\u{f6}' | '\u{f8}'..='\u{17e}' // Latin
            | '\u{3ac}'..='\u{3ce}' // Greek
            | '\u{430}'..='\u{45f}' // Cyrillic
            | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}' // kana
            | '\u{4e00}'..='\u{9fff}' // CJK ideographs
            | '\u{ac00}'..='\u{d7a3}' // Hangul syllables
    );
    known.then_some(lower)
}

/// Whether this is the punycode of a name: well-formed, in lower case, and the only encoding of the name.
fn is_encoded(encoded: &str) -> bool {
    let Some(decoded) = decode(encoded) else { return false };
    let suspicious =
        |c: char| c.is_control() || c.is_whitespace() || lower_case(c).is_some_and(|lower| lower != c);
    !decoded.is_empty()
        && !decoded.iter().all(char::is_ascii)
        && !decoded.iter().any(|&c| suspicious(c))
        && encode(&decoded).is_some_and(|again| again == encoded)
}

// Punycode: <https://www.rfc-editor.org/rfc/rfc3492>. Labels have at most 63 characters, which limits the work.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE_POINT: u32 = 0x80;

fn encode(label: &[char]) -> Option<String> {
    let mut output: String = label.iter().filter(|c| c.is_ascii()).collect();
    let basic = u32::try_from(output.len()).ok()?;
    let length = u32::try_from(label.len()).ok()?;
    if basic > 0 {
        output.push('-');
    }
    let (mut code_point, mut delta, mut bias, mut done) = (FIRST_CODE_POINT, 0_u32, FIRST_BIAS, basic);
    while done < length {
        let next = label.iter().map(|&c| u32::from(c)).filter(|&c| c >= code_point).min()?;
        delta = delta.checked_add((next - code_point).checked_mul(done + 1)?)?;
        code_point = next;
        for c in label.iter().map(|&c| u32::from(c)) {
            if c < code_point {
                delta = delta.checked_add(1)?;
            }
            if c == code_point {
                let mut rest = delta;
                for position in 1.. {
                    let t = threshold(position, bias);
                    if rest < t {
                        break;
                    }
                    output.push(digit(t + (rest - t) % (BASE - t))?);
                    rest = (rest - t) / (BASE - t);
                }
                output.push(digit(rest)?);
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        code_point = code_point.checked_add(1)?;
    }
    Some(output)
}

fn decode(encoded: &str) -> Option<Vec<char>> {
    let (basic, extended) = encoded.rsplit_once('-').unwrap_or(("", encoded));
    let mut output: Vec<char> = basic.chars().collect();
    let mut digits = extended.chars();
    let (mut code_point, mut i, mut bias) = (FIRST_CODE_POINT, 0_u32, FIRST_BIAS);
    while !digits.as_str().is_empty() {
        let (start, mut weight) = (i, 1_u32);
        for position in 1.. {
            let value = digits.next()?.to_digit(BASE)?;
            // In punycode, letters have lower values than digits.
            let value = if value < 10 { value + 26 } else { value - 10 };
            i = i.checked_add(value.checked_mul(weight)?)?;
            let t = threshold(position, bias);
            if value < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
        }
        let length = u32::try_from(output.len()).ok()? + 1;
        bias = adapt(i - start, length, start == 0);
        code_point = code_point.checked_add(i / length)?;
        i %= length;
        output.insert(usize::try_from(i).ok()?, char::from_u32(code_point)?);
        i += 1;
    }
    Some(output)
}

fn threshold(position: u32, bias: u32) -> u32 {
    (BASE * position).saturating_sub(bias).clamp(T_MIN, T_MAX)
}

fn digit(value: u32) -> Option<char> {
    let value = u8::try_from(value).ok()?;
    match value {
        0..26 => Some(char::from(b'a' + value)),
        26..36 => Some(char::from(b'0' + value - 26)),
        _ => None,
    }
}

fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + 38)
}
