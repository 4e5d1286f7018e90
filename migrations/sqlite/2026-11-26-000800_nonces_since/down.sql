alter table revision drop column nonces_since;
