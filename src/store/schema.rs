//! The tables, as `diesel print-schema` writes them (see diesel.toml).

diesel::table! {
    activation_attempt (attempt_id) {
        attempt_id -> BigInt,
        integration_id -> BigInt,
        number -> BigInt,
        endpoint -> Text,
        state -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    activation_step (step_id) {
        step_id -> BigInt,
        attempt_id -> BigInt,
        kind -> Text,
        milliseconds -> Nullable<BigInt>,
        cause -> Nullable<Text>,
        detail -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    admin_passwords (password_id) {
        password_id -> BigInt,
        user_id -> BigInt,
        password_hash -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    admin_unknown_login (id) {
        id -> BigInt,
        failures_num -> BigInt,
        failed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    admin_user (user_id) {
        user_id -> BigInt,
        username -> Text,
        username_folded -> Text,
        firstname -> Text,
        lastname -> Text,
        email -> Text,
        email_folded -> Text,
        password_hash -> Text,
        is_active -> Bool,
        role_id -> BigInt,
        logged_in_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        firstname_folded -> Text,
        lastname_folded -> Text,
        expires_at -> Nullable<Timestamp>,
        interface_locale -> Text,
        version -> BigInt,
        password_changed_at -> Nullable<Timestamp>,
        failures_num -> BigInt,
        first_failure_at -> Nullable<Timestamp>,
        lock_expires_at -> Nullable<Timestamp>,
        failures_since_login -> BigInt,
    }
}

diesel::table! {
    admin_user_otp (user_id) {
        user_id -> BigInt,
        secret -> Text,
        last_step -> BigInt,
        confirmed_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    admin_user_recovery_code (code_id) {
        code_id -> BigInt,
        user_id -> BigInt,
        digest -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    admin_user_session (session_id) {
        session_id -> BigInt,
        digest -> Text,
        user_id -> BigInt,
        state -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        status -> SmallInt,
        ended_at -> Nullable<Timestamp>,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        previous_digest -> Nullable<Text>,
    }
}

diesel::table! {
    audit_chain (id) {
        id -> BigInt,
        last_id -> BigInt,
        hash -> Text,
        anchor_id -> BigInt,
        anchor_hash -> Text,
    }
}

diesel::table! {
    audit_entry (entry_id) {
        entry_id -> BigInt,
        created_at -> Timestamp,
        act -> Text,
        who_kind -> Text,
        who_id -> Nullable<BigInt>,
        who_name -> Text,
        who_folded -> Text,
        address -> Nullable<Text>,
        browser -> Text,
        thing_kind -> Text,
        thing_id -> Nullable<BigInt>,
        thing_name -> Text,
        thing_folded -> Text,
        changes -> Text,
        hash -> Text,
    }
}

diesel::table! {
    authorization_role (role_id) {
        role_id -> BigInt,
        role_type -> Text,
        role_name -> Text,
        integration_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        role_name_folded -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    authorization_rule (rule_id) {
        rule_id -> BigInt,
        role_id -> BigInt,
        resource_id -> Text,
    }
}

diesel::table! {
    bearer_token (token_id) {
        token_id -> BigInt,
        user_type -> SmallInt,
        admin_id -> Nullable<BigInt>,
        customer_id -> Nullable<BigInt>,
        digest -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    customer (customer_id) {
        customer_id -> BigInt,
        email -> Text,
        email_folded -> Text,
        firstname -> Text,
        firstname_folded -> Text,
        lastname -> Text,
        lastname_folded -> Text,
        password_hash -> Text,
        website -> Text,
        is_active -> Bool,
        confirmed -> Bool,
        logged_in_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    declaration_state (id) {
        id -> BigInt,
        digest -> Text,
    }
}

diesel::table! {
    declared_integration (integration_id) {
        integration_id -> BigInt,
        sources -> Text,
        listed -> Text,
        orphaned_at -> Nullable<Timestamp>,
        pending_resources -> Nullable<Text>,
        is_endpoint_changed -> Bool,
        approved_endpoint -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        approved_attempt_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    event (event_id) {
        event_id -> BigInt,
        message_id -> Text,
        kind -> Text,
        subject_kind -> Text,
        subject_id -> BigInt,
        data -> Text,
        created_at -> Timestamp,
        dispatched_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    event_delivery (delivery_id) {
        delivery_id -> BigInt,
        event_id -> BigInt,
        observer -> Text,
        recipient -> BigInt,
        subject_kind -> Text,
        subject_id -> BigInt,
        state -> Text,
        tries -> BigInt,
        due_at -> Timestamp,
        claimed_until -> Nullable<Timestamp>,
        status -> Nullable<BigInt>,
        milliseconds -> Nullable<BigInt>,
        cause -> Nullable<Text>,
        detail -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        waits -> Bool,
    }
}

diesel::table! {
    integration (integration_id) {
        integration_id -> BigInt,
        name -> Text,
        name_folded -> Text,
        email -> Text,
        endpoint -> Nullable<Text>,
        identity_link_url -> Nullable<Text>,
        status -> SmallInt,
        suspended_from -> Nullable<SmallInt>,
        setup_type -> SmallInt,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        bearer_mode -> Text,
    }
}

diesel::table! {
    job_run (run_id) {
        run_id -> BigInt,
        job -> Text,
        scheduled_at -> Timestamp,
        cause -> Text,
        state -> Text,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        lease_until -> Timestamp,
        count -> BigInt,
        message -> Nullable<Text>,
    }
}

diesel::table! {
    oauth_consumer (entity_id) {
        entity_id -> BigInt,
        integration_id -> BigInt,
        key -> Text,
        secret -> Text,
        previous_secret -> Nullable<Text>,
        previous_secret_ends_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    oauth_nonce (timestamp, consumer_id, nonce) {
        timestamp -> BigInt,
        consumer_id -> BigInt,
        nonce -> Text,
    }
}

diesel::table! {
    oauth_token (entity_id) {
        entity_id -> BigInt,
        consumer_id -> BigInt,
        #[sql_name = "type"]
        type_ -> Text,
        slot -> Text,
        attempt_id -> Nullable<BigInt>,
        digest -> Text,
        spent_digest -> Nullable<Text>,
        token -> Text,
        secret -> Text,
        verifier -> Nullable<Text>,
        first_used_at -> Nullable<Timestamp>,
        ends_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    oauth_token_request_log (log_id) {
        log_id -> BigInt,
        user_name -> Text,
        user_type -> SmallInt,
        failures_count -> BigInt,
        lock_expires_at -> Timestamp,
    }
}

diesel::table! {
    password_reset_link (user_id) {
        user_id -> BigInt,
        digest -> Text,
        expires_at -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    password_reset_request_event (id) {
        id -> BigInt,
        email_folded -> Text,
        address -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    revision (id) {
        id -> BigInt,
        value -> BigInt,
        nonces_since -> BigInt,
    }
}

diesel::table! {
    revision_change (revision) {
        revision -> BigInt,
        subject -> Nullable<Text>,
    }
}

diesel::table! {
    sealing_key (key_id) {
        key_id -> Text,
        fingerprint -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    setting (path) {
        path -> Text,
        value -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    setup_link (digest) {
        digest -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    webhook (webhook_id) {
        webhook_id -> BigInt,
        name -> Text,
        url -> Text,
        kinds -> Text,
        is_enabled -> Bool,
        secret -> Text,
        previous_secret -> Nullable<Text>,
        previous_secret_ends_at -> Nullable<Timestamp>,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(activation_attempt -> integration (integration_id));
diesel::joinable!(activation_step -> activation_attempt (attempt_id));
diesel::joinable!(admin_passwords -> admin_user (user_id));
diesel::joinable!(admin_user -> authorization_role (role_id));
diesel::joinable!(admin_user_session -> admin_user (user_id));
diesel::joinable!(authorization_role -> integration (integration_id));
diesel::joinable!(authorization_rule -> authorization_role (role_id));
diesel::joinable!(declared_integration -> integration (integration_id));
diesel::joinable!(event_delivery -> event (event_id));
diesel::joinable!(oauth_consumer -> integration (integration_id));
diesel::joinable!(oauth_token -> oauth_consumer (consumer_id));

diesel::allow_tables_to_appear_in_same_query!(
    activation_attempt,
    activation_step,
    admin_passwords,
    admin_user,
    admin_user_session,
    authorization_role,
    authorization_rule,
    declared_integration,
    event,
    event_delivery,
    integration,
    oauth_consumer,
    oauth_token,
    webhook,
);
