/**
 * One lister for each dataset of ChirpStack v3's inventory: how it is listed, and its rows in v4's
 * form.
 */
package io.github.chirpconnect.api.v3.inventory;
