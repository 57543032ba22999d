//! A real nginx as a proxy before the servers. Where it is not installed, the tests report that they were not run, and
//! pass. With `NGINX_TESTS=required` they fail.

mod cached;
mod enforced;
