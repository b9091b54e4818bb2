/** What each dataset of ChirpStack v4's inventory is listed by: one lister for each. */
package io.github.chirpconnect.api.v4.inventory;
