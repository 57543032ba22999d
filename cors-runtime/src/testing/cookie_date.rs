//! The date in the `Expires` attribute of a cookie: <https://www.rfc-editor.org/rfc/rfc6265#section-5.1.1>.

use std::time::Duration;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Returns the time since 1970, which is zero for earlier dates. `None` if the text is not a date.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let (mut day, mut month, mut year, mut time) = (None, None, None, None);
    let words =
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':')).filter(|word| !word.is_empty());
    for word in words {
        let number = word.parse::<u64>().ok();
        if time.is_none() && word.contains(':') {
            time = Some(time_of_day(word)?);
        } else if let (Some(number), true) = (number, word.len() <= 2 && day.is_none()) {
            day = Some(number);
        } else if let (Some(number), None) = (number, year) {
            year = Some(number);
        } else if let (None, Some(prefix)) = (month, word.get(..3)) {
            month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(prefix));
        }
    }
    let year = match year? {
        year @ 0..=69 => year + 2000,
        year @ 70..=99 => year + 1900,
        year => year,
    };
    let (day, month) = (day?, u64::try_from(month?).ok()?);
    if !(1..=31).contains(&day) || !(1601..=9999).contains(&year) {
        return None;
    }
    let days = days_from_1970(year, month, day);
    Some(Duration::from_secs((days * 86_400).saturating_add(time?)))
}

/// Reads `hours:minutes:seconds`, and returns seconds.
fn time_of_day(text: &str) -> Option<u64> {
    let mut parts = text.splitn(3, ':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    (hours < 24 && minutes < 60 && seconds < 60).then_some(hours * 3600 + minutes * 60 + seconds)
}

/// Returns the number of days since 1970, where January is month 0.
///
/// The calculation lets years begin in March, so that a leap day is the last day of a year.
fn days_from_1970(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    days.saturating_sub(719_469)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_all_usual_forms() {
        for (text, expected) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Thu, 29 Feb 2024 12:00:00 GMT", Some(1_709_208_000)),
            ("Mon, 01 Jan 1900 00:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799)),
            ("Thu, 01 Jan 99999999999999999999 00:00:00 GMT", None),
            ("Thu, 01 Jan 1970 99:00:00 GMT", None),
            ("Thu, 01 Jan 1970 00:00", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(parse(text).map(|time| time.as_secs()), expected, "{text:?}");
        }
    }
}
