//! The tables, as the migrations make them.

diesel::table! {
    settings (key) {
        key -> Text,
        value -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    events (id) {
        id -> Text,
        event_id -> Text,
        title -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        starts_at -> Nullable<Text>,
        ends_at -> Nullable<Text>,
        time_zone -> Text,
        join_policy -> Text,
        archived_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    accounts (id) {
        id -> Text,
        name -> Text,
        password_hash -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    grants (id) {
        id -> Text,
        account_id -> Text,
        event_id -> Nullable<Text>,
        role -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    groups (id) {
        id -> Text,
        event_id -> Text,
        name -> Text,
        name_folded -> Text,
        title -> Nullable<Text>,
        sandbox -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        group_id -> Text,
        account_id -> Nullable<Text>,
        name -> Text,
        name_folded -> Text,
        email -> Nullable<Text>,
        email_folded -> Nullable<Text>,
        slug -> Text,
        sandbox -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    slugs (slug) {
        slug -> Text,
        user_id -> Text,
        given_at -> Timestamp,
    }
}

diesel::table! {
    volume_removals (volume) {
        volume -> Text,
        user_id -> Text,
        asked_at -> Timestamp,
        asked_by -> Text,
    }
}

diesel::table! {
    tokens (id) {
        id -> Text,
        account_id -> Text,
        kind -> Text,
        secret_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> Text,
        account_id -> Text,
        name -> Text,
        scope -> Text,
        secret_hash -> Text,
        made_with -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (id_hash) {
        id_hash -> Text,
        account_id -> Nullable<Text>,
        data -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        device -> Nullable<Text>,
    }
}

diesel::table! {
    identities (authority, subject) {
        authority -> Text,
        subject -> Text,
        account_id -> Text,
        admin_by_list -> Bool,
        created_at -> Timestamp,
        used_at -> Timestamp,
        email -> Nullable<Text>,
    }
}

diesel::table! {
    sign_in_attempts (state_hash) {
        state_hash -> Text,
        browser_hash -> Text,
        provider -> Text,
        next -> Text,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    editor_sessions (id_hash) {
        id_hash -> Text,
        session_id_hash -> Text,
        slug -> Text,
        created_at -> Timestamp,
        port -> Nullable<BigInt>,
    }
}

diesel::table! {
    workspaces (id) {
        id -> Text,
        user_id -> Text,
        workspace_volume -> Text,
        home_volume -> Text,
        storage -> Text,
        bind_path -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    instances (id) {
        id -> Text,
        user_id -> Text,
        state -> Text,
        state_since -> Timestamp,
        intent -> Text,
        generation -> BigInt,
        attempts -> BigInt,
        next_attempt_at -> Nullable<Timestamp>,
        failure_code -> Nullable<Text>,
        failure_reason -> Nullable<Text>,
        host_port -> BigInt,
        image -> Nullable<Text>,
        timeout_minutes -> BigInt,
        expires_at -> Nullable<Timestamp>,
        warned_minutes -> Nullable<BigInt>,
        secure -> Bool,
        ephemeral -> Bool,
        created_at -> Timestamp,
        public_port -> Nullable<BigInt>,
        shared_ports -> Text,
        rescue -> Bool,
    }
}

diesel::table! {
    public_ports (port) {
        port -> BigInt,
        instance_id -> Text,
    }
}

diesel::table! {
    presence (user_id) {
        user_id -> Text,
        last_active_at -> Timestamp,
    }
}

diesel::table! {
    idempotency_keys (key_hash) {
        key_hash -> Text,
        user_id -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        kind -> Text,
        account_id -> Nullable<Text>,
        cause -> Text,
        created_at -> Timestamp,
        cancelled_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    job_items (job_id, position) {
        job_id -> Text,
        position -> BigInt,
        user_id -> Nullable<Text>,
        label -> Text,
        instance_id -> Nullable<Text>,
        generation -> BigInt,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audit (number) {
        number -> BigInt,
        at -> Timestamp,
        account_id -> Nullable<Text>,
        who -> Text,
        via -> Text,
        address -> Nullable<Text>,
        deed -> Text,
        detail -> Text,
        object_kind -> Nullable<Text>,
        object_id -> Nullable<Text>,
        object -> Nullable<Text>,
        event_id -> Nullable<Text>,
        outcome -> Text,
        reason -> Nullable<Text>,
        times -> BigInt,
        request_id -> Nullable<Text>,
        who_folded -> Text,
        object_folded -> Nullable<Text>,
    }
}

diesel::table! {
    activity (number) {
        number -> BigInt,
        at -> Timestamp,
        account_id -> Nullable<Text>,
        cause -> Text,
        kind -> Text,
        event_id -> Nullable<Text>,
        group_id -> Nullable<Text>,
        user_id -> Nullable<Text>,
        change -> Text,
    }
}

diesel::table! {
    activity_sequence (id) {
        id -> BigInt,
        last -> BigInt,
    }
}

diesel::table! {
    join_codes (id) {
        id -> Text,
        event_id -> Text,
        group_id -> Nullable<Text>,
        code -> Text,
        seats -> BigInt,
        places -> BigInt,
        approval -> Bool,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    arrivals (id) {
        id -> Text,
        account_id -> Text,
        event_id -> Text,
        code_id -> Nullable<Text>,
        form_hash -> Nullable<Text>,
        name -> Text,
        group_id -> Nullable<Text>,
        team -> Nullable<Text>,
        standing -> Text,
        asked_at -> Timestamp,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    visits (id) {
        id -> Text,
        user_id -> Text,
        account_id -> Text,
        name -> Text,
        role -> Text,
        began_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        asked_to_leave -> Bool,
    }
}

diesel::joinable!(users -> groups (group_id));
diesel::joinable!(instances -> users (user_id));
diesel::joinable!(workspaces -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(events, groups, users, instances, workspaces, job_items, jobs);
diesel::joinable!(editor_sessions -> sessions (session_id_hash));
diesel::allow_tables_to_appear_in_same_query!(editor_sessions, sessions);
diesel::joinable!(job_items -> jobs (job_id));
