-- By beginning which attempt a person approved what waits: it is granted when the partner has come back. It need not be
-- there any more, so nothing refers to it: then nothing is granted by it either.
alter table declared_integration add column approved_attempt_id bigint;
