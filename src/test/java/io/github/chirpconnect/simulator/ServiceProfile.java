package io.github.chirpconnect.simulator;

/** What v3 keeps of an organization's network settings; here each organization has one. */
record ServiceProfile(String id, String name) {}
