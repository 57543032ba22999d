//! [Pipes](https://web-platform-tests.org/writing-tests/server-pipes.html): changes of a response that the query contains.

use super::Reply;

/// Sets the headers of `header(name,value)`, and appends those of `header(name,value,True)`. A comma in a value is
/// written as `\,`.
pub(super) fn headers(reply: Reply, pipe: &str) -> Reply {
    let mut reply = reply;
    for call in pipe.split_inclusive(')') {
        let Some(arguments) = call.trim_start_matches('|').strip_prefix("header(") else {
            assert!(matches!(call, "" | "|"), "{call} is not supported");
            continue;
        };
        let arguments = arguments.trim_end_matches(')').replace("\\,", "\0");
        let arguments: Vec<String> =
            arguments.split(',').map(|argument| argument.replace('\0', ",")).collect();
        reply = match arguments.as_slice() {
            [name, value] => reply.set(name, value),
            [name, value, _append] => reply.with(name, value),
            _ => panic!("{call} has another number of arguments"),
        };
    }
    reply
}
