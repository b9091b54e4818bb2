package io.github.chirpconnect.harness.process;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The main class of every child: runs another main class, and ends the process when the parent is
 * gone, however it went, by noticing that nobody holds the other end of standard input.
 *
 * <p>It is the one class of ours on a child's class path, so it uses nothing but the JDK and has no
 * nested classes.
 */
public final class Lifeline {
  private Lifeline() {}

  /**
   * @param args the main class to run, then its arguments
   */
  public static void main(String[] args) throws Throwable {
    Thread watch = new Thread(Lifeline::haltWithParent, "lifeline");
    watch.setDaemon(true);
    watch.start();
    try {
      Class.forName(args[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void haltWithParent() {
    try {
      int read = 0;
      while (read >= 0) {
        read = System.in.read();
      }
    } catch (IOException e) {
      System.err.println("standard input broke, which means the same as its end: " + e);
    }
    // Not exit(): shutdown hooks may wait for a broker that went the same way.
    Runtime.getRuntime().halt(1);
  }
}
