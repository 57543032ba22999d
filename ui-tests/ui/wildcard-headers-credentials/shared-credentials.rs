use cors_runtime::{Policy, policy};

static BASE: Policy = policy!(origins = ["https://app.example.com"], credentials);

static DERIVED: Policy = policy!(policy = BASE, allow_headers = ["authorization", "*"]);

fn main() {}
