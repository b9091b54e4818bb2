package io.github.chirpconnect.it;

import io.github.chirpconnect.simulator.SimulatedServer;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A class of tests about events and frames: each meets every server that has streams of them, which
 * is all but v4's REST interface.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass
@EnumSource(value = SimulatedServer.class, mode = EnumSource.Mode.EXCLUDE, names = "V4_REST")
public @interface ServersWithStreams {}
