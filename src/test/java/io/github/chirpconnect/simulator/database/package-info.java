/** What is in the simulated server's database, and the hands to change it. */
package io.github.chirpconnect.simulator.database;
