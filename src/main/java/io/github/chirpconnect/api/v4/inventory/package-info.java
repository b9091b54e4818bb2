/** One lister for each dataset of ChirpStack v4's inventory. */
package io.github.chirpconnect.api.v4.inventory;
