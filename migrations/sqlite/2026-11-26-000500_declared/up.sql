-- What files say of an integration beside its own fields: where, which resources they list, and what waits for approval.
create table declared_integration (
    integration_id bigint primary key not null references integration (integration_id) on delete cascade,
    sources text not null,
    listed text not null,
    orphaned_at timestamp,
    pending_resources text,
    is_endpoint_changed boolean not null,
    approved_endpoint varchar(255),
    created_at timestamp not null,
    updated_at timestamp not null,
    check (is_endpoint_changed or approved_endpoint is null)
);

-- One row: of which files the declarations were applied last. Whoever applies them holds it.
create table declaration_state (
    id bigint primary key not null check (id = 1),
    digest varchar(64) not null
);
insert into declaration_state (id, digest) values (1, '');

-- Who holds a resource is asked by the page of the permission tree.
create index authorization_rule_resource on authorization_rule (resource_id, role_id);
