use cors_runtime::{Policy, policy};

static PARTNERS: Policy = policy!(origins = ["https://app.example.com"], methods = ["GET"]);

fn main() {}
