use cors_runtime::{Policy, policy};

static PARTNERS: Policy = policy!(credentials);

fn main() {}
