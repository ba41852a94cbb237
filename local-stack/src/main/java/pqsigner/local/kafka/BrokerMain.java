package pqsigner.local.kafka;

import kafka.Kafka;
import kafka.tools.StorageTool;

/// Formats the log directory if need be and runs Kafka's own main class.
///
/// Arguments: the properties file and the cluster id.
public final class BrokerMain {

  private BrokerMain() {}

  public static void main(String[] arguments) {
    String properties = arguments[0];
    int code =
        StorageTool.execute(
            new String[] {
              "format", "--ignore-formatted", "--cluster-id", arguments[1], "--config", properties
            },
            System.out);
    if (code != 0) {
      System.exit(code);
    }
    Kafka.main(new String[] {properties});
  }
}
