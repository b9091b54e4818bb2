import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Prints a table of a Hadoop catalog as JSON, read by Iceberg's own reader: {@code
 * {"partitioned_by": [], "partitions": [], "rows": []}}. Run as a source file, on the class path of
 * the sink.
 */
public final class IcebergTable {
  private IcebergTable() {}

  /**
   * @param args the catalog's directory as a URI, and the table's full name
   */
  public static void main(String[] args) throws IOException {
    try (HadoopCatalog catalog = new HadoopCatalog(new Configuration(), args[0])) {
      Table table = catalog.loadTable(TableIdentifier.parse(args[1]));
      List<Object> rows = new ArrayList<>();
      try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
        records.forEach(row -> rows.add(json(row)));
      }
      Set<String> partitions = new TreeSet<>();
      try (CloseableIterable<FileScanTask> files = table.newScan().planFiles()) {
        files.forEach(file -> partitions.add(file.spec().partitionToPath(file.file().partition())));
      }
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put(
          "partitioned_by", table.spec().fields().stream().map(field -> field.name()).toList());
      shown.put("partitions", partitions);
      shown.put("rows", rows);
      System.out.println(new ObjectMapper().writeValueAsString(shown));
    }
  }

  private static Object json(Object value) {
    if (value instanceof Record row) {
      Map<String, Object> fields = new LinkedHashMap<>();
      row.struct()
          .fields()
          .forEach(field -> fields.put(field.name(), json(row.getField(field.name()))));
      return fields;
    }
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      list.forEach(item -> items.add(json(item)));
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> entries = new LinkedHashMap<>();
      map.forEach((key, item) -> entries.put(key.toString(), json(item)));
      return entries;
    }
    if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return copy;
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : value.toString();
  }
}
