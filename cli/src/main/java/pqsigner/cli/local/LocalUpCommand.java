package pqsigner.cli.local;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "up", mixinStandardHelpOptions = true)
public final class LocalUpCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 1;
  }
}
