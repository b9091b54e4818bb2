package io.github.chirpconnect.sink.outcome;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The {@link PartitionCommits} of the task's partitions. */
public final class CommitTrackers {
  private final long window;
  private final Map<TopicPartition, PartitionCommits> trackers = new HashMap<>();

  /**
   * @param window how many offsets beyond the last one offered for commit may be sent
   */
  public CommitTrackers(long window) {
    this.window = window;
  }

  /** Begins to track these partitions, without any earlier state. */
  public void open(Collection<TopicPartition> partitions, PartitionCommits.AssignedAt assignment) {
    close(partitions);
    partitions.forEach(
        partition -> trackers.put(partition, new PartitionCommits(window, assignment)));
  }

  /** Stops tracking these partitions, and abandons their pending commands. */
  public void close(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      PartitionCommits commits = trackers.remove(partition);
      if (commits != null) {
        commits.close();
      }
    }
  }

  /**
   * @throws IllegalStateException for a partition that the task does not have: Connect never
   *     delivers from one
   */
  public PartitionCommits of(TopicPartition partition) {
    PartitionCommits commits = trackers.get(partition);
    if (commits == null) {
      throw new IllegalStateException(partition + " is not assigned to this task");
    }
    return commits;
  }

  /** The task's partitions. */
  public Set<TopicPartition> partitions() {
    return Set.copyOf(trackers.keySet());
  }

  /** Whether the task has no partitions. */
  public boolean hasNone() {
    return trackers.isEmpty();
  }

  /** Whether everything accepted is done. */
  public boolean isEmpty() {
    for (PartitionCommits commits : trackers.values()) {
      if (!commits.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Records that can't be committed yet, done or not. */
  public int pending() {
    return trackers.values().stream().mapToInt(PartitionCommits::pending).sum();
  }

  /** About how much memory those records hold. */
  public long pendingBytes() {
    return trackers.values().stream().mapToLong(PartitionCommits::pendingBytes).sum();
  }

  /** The largest number of committable offsets of one partition that were not offered yet. */
  public long uncommitted() {
    long most = 0; // asked for between any two calls: a stream costs more than the answer
    for (PartitionCommits commits : trackers.values()) {
      most = Math.max(most, commits.uncommitted());
    }
    return most;
  }

  /**
   * The committable offset of each partition: that of the first unfinished command, or Connect's
   * own offset where nothing is pending, since only Connect sees records that a transform dropped.
   * Leaves out partitions that the task no longer has; Connect may ask for them all the same.
   */
  public Map<TopicPartition, OffsetAndMetadata> offer(
      Map<TopicPartition, OffsetAndMetadata> current) {
    Map<TopicPartition, OffsetAndMetadata> offered = new HashMap<>();
    current.forEach(
        (partition, offset) -> {
          PartitionCommits commits = trackers.get(partition);
          if (commits == null) {
            return;
          }
          long committable = commits.offer();
          offered.put(partition, commits.isEmpty() ? offset : new OffsetAndMetadata(committable));
        });
    return offered;
  }
}
