-- Nonces of earlier timestamps may have been forgotten, so no call with such a timestamp passes. It never falls.
alter table revision add column nonces_since bigint not null default 0;
