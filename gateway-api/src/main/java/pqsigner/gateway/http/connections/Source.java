package pqsigner.gateway.http.connections;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/// Where a connection comes from, as coarse as one party can choose it freely: an IPv4 address, or
/// an IPv6 /64 network, of which every host may use all addresses.
record Source(String network) {

  private static final int IPV6_NETWORK_BYTES = 8;

  static Source of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return new Source(
        Arrays.toString(
            address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes));
  }
}
