package io.github.chirpconnect.harness.connect;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.management.Attribute;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Looks into another Java process. */
final class WorkerJmx implements AutoCloseable {
  private final JMXConnector connector;
  private final MBeanServerConnection beans;

  /**
   * @param pid of a process of this user
   */
  @SuppressWarnings("BanJNDI") // The address is a child's own, not a user's.
  WorkerJmx(long pid) {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        connector =
            JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        beans = connector.getMBeanServerConnection();
      } finally {
        machine.detach();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no JMX in process " + pid, e);
    } catch (AttachNotSupportedException e) {
      throw new IllegalStateException("no JMX in process " + pid, e);
    }
  }

  /** The attributes of all beans whose names match; those of a later name count. */
  Map<String, Object> attributes(String pattern) {
    Map<String, Object> attributes = new TreeMap<>();
    try {
      Set<ObjectName> names = beans.queryNames(new ObjectName(pattern), null);
      for (ObjectName name : names) {
        attributes.putAll(attributes(name));
      }
      return attributes;
    } catch (JMException e) {
      throw new IllegalStateException(pattern + " can't be read", e);
    } catch (IOException e) {
      throw new UncheckedIOException(pattern + " can't be read", e);
    }
  }

  /** Of one bean; none if it has gone since it was listed, as those of a task do when it ends. */
  private Map<String, Object> attributes(ObjectName name) throws JMException, IOException {
    try {
      String[] all =
          Arrays.stream(beans.getMBeanInfo(name).getAttributes())
              .map(MBeanAttributeInfo::getName)
              .toArray(String[]::new);
      Map<String, Object> attributes = new TreeMap<>();
      for (Attribute attribute : beans.getAttributes(name, all).asList()) {
        attributes.put(attribute.getName(), attribute.getValue());
      }
      return attributes;
    } catch (InstanceNotFoundException e) {
      return Map.of();
    }
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the connection to JMX can't be closed", e);
    }
  }
}
