/*
 * /dev/nsm in user space. The kernel half is CUSE; the answers come from a process behind a Unix
 * socket, so that what the enclave meets is the driver's ioctl and nothing of its own language.
 *
 * Socket: u32 big endian length and CBOR request; the same for the answer. One exchange each.
 *
 * usage: nsm_device SOCKET -f -s
 */
#define FUSE_USE_VERSION 31
#include <arpa/inet.h>
#include <cuse_lowlevel.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define NSM_IOCTL 0xC0200A00u
#define REQUEST_MAX 0x1000
#define RESPONSE_MAX 0x3000

/* The argument of the ioctl, as the driver's header has it. */
struct span {
  uint64_t address;
  uint64_t length;
};
struct message {
  struct span request;
  struct span response;
};

static struct sockaddr_un module = {.sun_family = AF_UNIX};

static int put(int peer, const void *bytes, size_t length) {
  for (const char *at = bytes; length > 0;) {
    ssize_t n = send(peer, at, length, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    at += n;
    length -= n;
  }
  return 0;
}

static int get(int peer, void *bytes, size_t length) {
  for (char *at = bytes; length > 0;) {
    ssize_t n = recv(peer, at, length, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    at += n;
    length -= n;
  }
  return 0;
}

/* Bytes of the answer, or -1. */
static ssize_t ask(const void *request, size_t length, void *response) {
  ssize_t got = -1;
  int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (peer < 0) return -1;
  uint32_t word = htonl(length);
  if (connect(peer, (struct sockaddr *)&module, sizeof module) == 0 && put(peer, &word, 4) == 0 &&
      put(peer, request, length) == 0 && get(peer, &word, 4) == 0 && ntohl(word) <= RESPONSE_MAX &&
      get(peer, response, ntohl(word)) == 0) {
    got = ntohl(word);
  }
  close(peer);
  return got;
}

static void on_open(fuse_req_t call, struct fuse_file_info *file) { fuse_reply_open(call, file); }

/*
 * The kernel does not know what the argument points to, so it is asked for in three steps: the
 * struct, then what the struct points to, then the work.
 */
static void on_ioctl(fuse_req_t call, int command, void *argument, struct fuse_file_info *file,
                     unsigned flags, const void *in, size_t in_size, size_t out_size) {
  static unsigned char out[sizeof(struct message) + RESPONSE_MAX];
  (void)file;
  (void)flags;
  (void)out_size;
  if ((unsigned)command != NSM_IOCTL) {
    fuse_reply_err(call, ENOTTY);
    return;
  }
  struct iovec want[2] = {{argument, sizeof(struct message)}};
  if (in_size < sizeof(struct message)) {
    fuse_reply_ioctl_retry(call, want, 1, NULL, 0);
    return;
  }
  struct message message;
  memcpy(&message, in, sizeof message);
  if (message.request.length == 0 || message.request.length > REQUEST_MAX) {
    fuse_reply_err(call, EMSGSIZE);
    return;
  }
  size_t room = message.response.length < RESPONSE_MAX ? message.response.length : RESPONSE_MAX;
  if (in_size == sizeof message) {
    struct iovec give[2] = {want[0], {(void *)(uintptr_t)message.response.address, room}};
    want[1] = (struct iovec){(void *)(uintptr_t)message.request.address, message.request.length};
    fuse_reply_ioctl_retry(call, want, 2, give, 2);
    return;
  }
  ssize_t length = ask((const char *)in + sizeof message, in_size - sizeof message,
                       out + sizeof message);
  if (length < 0) {
    fuse_reply_err(call, ETIMEDOUT);
    return;
  }
  /* As the driver: what does not fit is cut, without a word. */
  message.response.length = (size_t)length < room ? (size_t)length : room;
  memcpy(out, &message, sizeof message);
  fuse_reply_ioctl(call, 0, out, sizeof message + message.response.length);
}

int main(int count, char **arguments) {
  if (count < 2 || strlen(arguments[1]) >= sizeof module.sun_path) {
    fprintf(stderr, "usage: nsm_device SOCKET -f -s\n");
    return 2;
  }
  strcpy(module.sun_path, arguments[1]);
  arguments[1] = arguments[0];
  const char *names[] = {"DEVNAME=nsm"};
  struct cuse_info info = {
      .dev_info_argc = 1, .dev_info_argv = names, .flags = CUSE_UNRESTRICTED_IOCTL};
  const struct cuse_lowlevel_ops operations = {.open = on_open, .ioctl = on_ioctl};
  return cuse_lowlevel_main(count - 1, arguments + 1, &info, &operations, NULL);
}
