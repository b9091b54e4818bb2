package io.github.chirpconnect.simulator.database;

/** What v3 keeps of an organization's network settings; here each organization has one. */
public record ServiceProfile(String id, String name) {}
