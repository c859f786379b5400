//! The tables, once for both engines: built-in types, and those of [`crate::types`].

diesel::table! {
    users (id) {
        id -> crate::types::Id,
        email -> Text,
        name -> Nullable<Text>,
        timezone -> Text,
        free_busy_visibility -> Text,
        password -> Text,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
        deleted_at -> Nullable<crate::types::Ts>,
        version -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> crate::types::Id,
        user_id -> crate::types::Id,
        family -> crate::types::Id,
        token -> Binary,
        created_at -> crate::types::Ts,
        expires_at -> crate::types::Ts,
        used_at -> Nullable<crate::types::Ts>,
        revoked_at -> Nullable<crate::types::Ts>,
    }
}

diesel::table! {
    api_keys (id) {
        id -> crate::types::Id,
        user_id -> crate::types::Id,
        name -> Text,
        scopes -> Text,
        token -> Binary,
        created_at -> crate::types::Ts,
        revoked_at -> Nullable<crate::types::Ts>,
    }
}

diesel::table! {
    ical_tokens (id) {
        id -> crate::types::Id,
        user_id -> crate::types::Id,
        token -> Binary,
        created_at -> crate::types::Ts,
        revoked_at -> Nullable<crate::types::Ts>,
    }
}

diesel::table! {
    booking_links (id) {
        id -> crate::types::Id,
        calendar_id -> crate::types::Id,
        token -> Text,
        active -> Bool,
        settings -> crate::types::Doc,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
        deleted_at -> Nullable<crate::types::Ts>,
        version -> BigInt,
    }
}

diesel::table! {
    bookings (id) {
        id -> crate::types::Id,
        link_id -> crate::types::Id,
        calendar_id -> crate::types::Id,
        event_id -> crate::types::Id,
        starts_at -> crate::types::Ts,
        ends_at -> crate::types::Ts,
        buffer_before -> Integer,
        buffer_after -> Integer,
        booker -> crate::types::Doc,
        cancel_token -> Binary,
        reschedule_token -> Binary,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
        cancelled_at -> Nullable<crate::types::Ts>,
        version -> BigInt,
    }
}

diesel::table! {
    calendars (id) {
        id -> crate::types::Id,
        owner_id -> crate::types::Id,
        name -> Text,
        color -> Text,
        is_public -> Bool,
        feed_generation -> Integer,
        feed_token -> Binary,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
        deleted_at -> Nullable<crate::types::Ts>,
        version -> BigInt,
        revision -> BigInt,
        touched_at -> crate::types::Ts,
    }
}

diesel::table! {
    memberships (calendar_id, user_id) {
        calendar_id -> crate::types::Id,
        user_id -> crate::types::Id,
        role -> Text,
        color_theme -> Nullable<Text>,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
    }
}

diesel::table! {
    events (id) {
        id -> crate::types::Id,
        calendar_id -> crate::types::Id,
        uid -> Text,
        title -> Text,
        starts_at -> crate::types::Ts,
        ends_at -> crate::types::Ts,
        is_series -> Bool,
        reach -> SmallInt,
        search_text -> Text,
        tags_text -> Text,
        kind -> Text,
        course_id -> Text,
        case_id -> Text,
        doc -> crate::types::Doc,
        created_by -> crate::types::Id,
        updated_by -> crate::types::Id,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
        deleted_at -> Nullable<crate::types::Ts>,
        version -> BigInt,
    }
}

diesel::table! {
    fristen (id) {
        id -> crate::types::Id,
        calendar_id -> crate::types::Id,
        due_at -> crate::types::Ts,
        case_id -> crate::types::Id,
        chain_id -> crate::types::Id,
        assignee_id -> crate::types::Id,
        trigger_id -> crate::types::Id,
        verified -> Bool,
        deleted -> Bool,
        doc -> crate::types::Doc,
        created_by -> crate::types::Id,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
        version -> BigInt,
    }
}

diesel::table! {
    frist_history (seq) {
        seq -> BigInt,
        frist_id -> crate::types::Id,
        entry -> Text,
        hash -> Binary,
    }
}

diesel::table! {
    frist_history_end (id) {
        id -> Integer,
        seq -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    contacts (id) {
        id -> crate::types::Id,
        owner_id -> crate::types::Id,
        uid -> Text,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        company -> Nullable<Text>,
        notes -> Nullable<Text>,
        kept -> Text,
        search_text -> Text,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
        deleted_at -> Nullable<crate::types::Ts>,
        version -> BigInt,
    }
}

diesel::table! {
    courses (owner_id, id) {
        owner_id -> crate::types::Id,
        id -> Text,
        name -> Text,
        code -> Nullable<Text>,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
        version -> BigInt,
    }
}

diesel::table! {
    answers (caller, key) {
        caller -> Text,
        key -> Text,
        fingerprint -> Binary,
        created_at -> crate::types::Ts,
        lease -> crate::types::Ts,
        status -> Nullable<Integer>,
        body -> Nullable<Binary>,
    }
}

diesel::table! {
    settings (key) {
        key -> Text,
        value -> Binary,
    }
}

diesel::table! {
    jobs (id) {
        id -> crate::types::Id,
        kind -> Text,
        payload -> Text,
        key -> Nullable<Text>,
        run_at -> crate::types::Ts,
        attempts -> Integer,
        lease -> Nullable<crate::types::Id>,
        last_error -> Nullable<Text>,
        created_at -> crate::types::Ts,
        dead_at -> Nullable<crate::types::Ts>,
    }
}

diesel::table! {
    integrations (id) {
        id -> crate::types::Id,
        user_id -> crate::types::Id,
        provider -> Text,
        email -> Text,
        access -> Binary,
        access_until -> crate::types::Ts,
        refresh -> Binary,
        health -> Text,
        last_synced_at -> Nullable<crate::types::Ts>,
        last_error -> Nullable<Text>,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
        version -> BigInt,
        paused_until -> Nullable<crate::types::Ts>,
    }
}

diesel::table! {
    link_attempts (state) {
        state -> Binary,
        user_id -> crate::types::Id,
        provider -> Text,
        verifier -> Binary,
        expires_at -> crate::types::Ts,
    }
}

diesel::table! {
    calendar_links (id) {
        id -> crate::types::Id,
        integration_id -> crate::types::Id,
        remote_id -> Text,
        name -> Text,
        is_primary -> Bool,
        writable -> Bool,
        mirror -> Bool,
        calendar_id -> crate::types::Id,
        sync_cursor -> Nullable<Text>,
        held -> Bool,
        busy_until -> Nullable<crate::types::Ts>,
        synced_at -> Nullable<crate::types::Ts>,
        created_at -> crate::types::Ts,
        version -> BigInt,
    }
}

diesel::table! {
    sync_pairs (link_id, event_id) {
        link_id -> crate::types::Id,
        event_id -> crate::types::Id,
        remote_id -> Text,
        version -> BigInt,
        doc -> crate::types::Doc,
    }
}

diesel::table! {
    sync_log (id) {
        id -> crate::types::Id,
        integration_id -> crate::types::Id,
        at -> crate::types::Ts,
        side -> Text,
        deed -> Text,
        event_id -> Nullable<crate::types::Id>,
        remote_id -> Nullable<Text>,
        title -> Text,
        fields -> Text,
        reason -> Text,
    }
}

diesel::table! {
    event_history (id) {
        id -> crate::types::Id,
        event_id -> crate::types::Id,
        at -> crate::types::Ts,
        source -> Text,
        field -> Nullable<Text>,
        value -> Text,
        reason -> Text,
    }
}

diesel::table! {
    feeds (id) {
        id -> crate::types::Id,
        owner_id -> crate::types::Id,
        name -> Text,
        url -> Text,
        format -> Text,
        destination -> Text,
        calendar_id -> crate::types::Id,
        mirror_account -> Nullable<Text>,
        mirror_calendar -> Nullable<Text>,
        etag -> Nullable<Text>,
        last_modified -> Nullable<Text>,
        digest -> Nullable<Binary>,
        held -> Bool,
        failures -> Integer,
        last_error -> Nullable<Text>,
        last_synced_at -> Nullable<crate::types::Ts>,
        next_sync_at -> crate::types::Ts,
        events -> BigInt,
        created_at -> crate::types::Ts,
        updated_at -> crate::types::Ts,
        version -> BigInt,
    }
}

diesel::joinable!(calendar_links -> integrations (integration_id));
diesel::joinable!(api_keys -> users (user_id));
diesel::joinable!(ical_tokens -> users (user_id));
diesel::joinable!(memberships -> calendars (calendar_id));
diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(events -> calendars (calendar_id));
diesel::joinable!(fristen -> events (id));
diesel::joinable!(booking_links -> calendars (calendar_id));
diesel::allow_tables_to_appear_in_same_query!(
    users,
    sessions,
    api_keys,
    ical_tokens,
    calendars,
    memberships,
    events,
    fristen,
    frist_history,
    frist_history_end,
    booking_links,
    bookings,
    contacts,
    courses,
    answers,
    settings,
    integrations,
    link_attempts,
    calendar_links,
    sync_pairs,
    sync_log,
    event_history,
    feeds
);
