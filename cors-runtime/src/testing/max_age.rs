//! `Access-Control-Max-Age`: how long the result of a preflight is cached.

use std::time::Duration;

use super::{header_list::HeaderList, quirks::Engine};

/// What applies without a valid value: <https://fetch.spec.whatwg.org/#cors-preflight-fetch-0>, "set max-age to 5".
const DEFAULT: Duration = Duration::from_secs(5);

/// Returns the time that the response to a preflight states, at most the limit of the browser.
///
/// `None` leaves the cache as it is. A time of zero does not: the entries that the response names expire at once.
pub(super) fn max_age(engine: Engine, headers: &HeaderList) -> Option<Duration> {
    let value = headers.get("access-control-max-age").unwrap_or_default();
    let max_age = match engine {
        _ if value.is_empty() => DEFAULT,
        Engine::Standard => digits(&value).map_or(DEFAULT, Duration::from_secs),
        Engine::Chromium | Engine::WebKit => signed_integer(&value)?,
        // Firefox does not touch its cache if the value is 0 or is not a number.
        Engine::Firefox => Duration::from_secs(digits(&value).filter(|&seconds| seconds > 0)?),
    };
    Some(max_age.min(engine.max_age_limit()))
}

/// Reads ASCII digits, and returns the largest number where they state a larger one.
fn digits(value: &[u8]) -> Option<u64> {
    value.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        Some(number.saturating_mul(10).saturating_add(digit.into()))
    })
}

/// Reads a signed integer of 64 bits, as Chromium and Safari do. `None` if it is negative.
fn signed_integer(value: &[u8]) -> Option<Duration> {
    let number = std::str::from_utf8(value).ok().and_then(|text| text.parse::<i64>().ok());
    number.map_or(Some(DEFAULT), |number| u64::try_from(number).ok().map(Duration::from_secs))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGINES: [Engine; 4] = [Engine::Standard, Engine::Chromium, Engine::Firefox, Engine::WebKit];

    #[test]
    fn each_engine_reads_values_in_its_own_way() {
        // The value, and the seconds in the order of `ENGINES`; 0 if nothing is cached.
        for (value, expected) in [
            (None, [5, 5, 5, 5]),
            (Some(""), [5, 5, 5, 5]),
            (Some("0"), [0, 0, 0, 0]),
            (Some("60"), [60, 60, 60, 60]),
            (Some("600"), [600, 600, 600, 600]),
            (Some("601"), [601, 601, 601, 600]),
            (Some("7201"), [7201, 7200, 7201, 600]),
            (Some("86401"), [86401, 7200, 86400, 600]),
            (Some("-1"), [5, 0, 0, 0]),
            (Some("60s"), [5, 5, 0, 5]),
            (Some("60.5"), [5, 5, 0, 5]),
            (Some("\"60\""), [5, 5, 0, 5]),
            (Some("60, 60"), [5, 5, 0, 5]),
            (Some("+60"), [5, 60, 0, 60]),
            (Some("99999999999999999999"), [u64::MAX, 5, 86400, 5]),
        ] {
            let mut headers = HeaderList::default();
            if let Some(value) = value {
                headers.push("Access-Control-Max-Age", value);
            }
            for (engine, expected) in ENGINES.into_iter().zip(expected) {
                let seconds = max_age(engine, &headers).map_or(0, |max_age| max_age.as_secs());
                assert_eq!(seconds, expected, "{value:?} in {engine:?}");
            }
        }
    }

    #[test]
    fn two_lines_are_not_a_number() {
        let mut headers = HeaderList::default();
        headers.push("Access-Control-Max-Age", "60");
        headers.push("Access-Control-Max-Age", "60");
        assert_eq!(max_age(Engine::Standard, &headers), Some(DEFAULT));
        assert_eq!(max_age(Engine::Firefox, &headers), None);
    }
}
