/** The RESTful interface of either generation. */
package io.github.chirpconnect.simulator.rest;
