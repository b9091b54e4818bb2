/**
 * What each dataset of ChirpStack v3's inventory is listed by, and how its rows read in v4's form:
 * one lister for each.
 */
package io.github.chirpconnect.api.v3.inventory;
