use cors_runtime::{Policy, policy};

static BASE: Policy = policy!(
    origins = ["https://printer.example"],
    dev_origins = ["http://printer.example"],
    credentials,
    danger(insecure_origins),
);

static DERIVED: Policy = policy!(policy = BASE, origins = ["https://app.example.com"]);

fn main() {}
