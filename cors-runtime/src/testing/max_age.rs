//! `Access-Control-Max-Age`: how long the answer to a preflight may be used again.

use std::time::Duration;

use super::{engine::Engine, wire::HeaderList};

/// Without a usable value: <https://fetch.spec.whatwg.org/#cors-preflight-fetch-0>, "set max-age to 5".
const DEFAULT: Duration = Duration::from_secs(5);

/// `None` if the cache is to stay as it is. Zero goes there: what is known ends with it.
pub(super) fn of(engine: Engine, headers: &HeaderList) -> Option<Duration> {
    let value = headers.joined("access-control-max-age").unwrap_or_default();
    let age = match engine {
        _ if value.is_empty() => DEFAULT,
        Engine::Standard => digits(&value).map_or(DEFAULT, Duration::from_secs),
        Engine::Chromium | Engine::WebKit => signed(&value)?,
        // With 0, or with anything but digits, Firefox leaves its cache as it is.
        Engine::Firefox => Duration::from_secs(digits(&value).filter(|&seconds| seconds > 0)?),
    };
    Some(age.min(engine.max_age_limit()))
}

fn digits(value: &[u8]) -> Option<u64> {
    value.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        Some(number.saturating_mul(10).saturating_add(digit.into()))
    })
}

/// Chromium and Safari read a signed number of 64 bit; `None` if it is negative.
fn signed(value: &[u8]) -> Option<Duration> {
    let number = std::str::from_utf8(value).ok().and_then(|text| text.parse::<i64>().ok());
    number.map_or(Some(DEFAULT), |number| u64::try_from(number).ok().map(Duration::from_secs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        // value: standard, Chromium, Firefox, Safari; 0 is "not kept"
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
            for (engine, seconds) in [Engine::Standard, Engine::Chromium, Engine::Firefox, Engine::WebKit]
                .into_iter()
                .zip(expected)
            {
                let age = of(engine, &headers).map_or(0, |age| age.as_secs());
                assert_eq!(age, seconds, "{value:?} in {engine:?}");
            }
        }
    }

    #[test]
    fn two_lines_are_no_number() {
        let mut headers = HeaderList::default();
        headers.push("Access-Control-Max-Age", "60");
        headers.push("Access-Control-Max-Age", "60");
        assert_eq!(of(Engine::Standard, &headers), Some(DEFAULT));
        assert_eq!(of(Engine::Firefox, &headers), None);
    }
}
