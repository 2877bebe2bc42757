/*
 * The load generator: one epoll loop, with source addresses in 127.0.0.0/8 only. Prints its measurements, and the CPU
 * time that the process GATE used meanwhile, as JSON.
 *
 * WARMUP is the number of connections, messages or megabytes before the measurement.
 *
 *     clients churn PORT GATE WARMUP SECONDS CLIENTS SOURCES e|a
 *         CLIENTS at a time, from SOURCES addresses; each connects, sends 64 bytes, reads 64 and closes. With a, it
 *         sends its FIN before it reads.
 *     clients roundtrip PORT GATE WARMUP SECONDS CONNECTIONS
 *         exchanges 64 bytes again and again on permanent connections
 *     clients bulk PORT GATE WARMUP SECONDS STREAMS up|down
 *     clients park PORT SLOTS WAITING BYTES
 *         occupies SLOTS, makes WAITING connections wait that have each sent BYTES, prints "parked", and exits at the
 *         end of its input
 */
#include "common.h"
#include <fcntl.h>

#define CHUNK (256 * 1024)
#define WARMUP_NANOS 60000000000LL /* at most */

struct client {
    int fd;
    int64_t begin;
    int received;
};

static int epoll, port, sources = 1, next_source;
static char request = ECHO;
static char chunk[CHUNK];

static uint64_t done, errors, bytes;
static struct histogram times;

static double cpu_seconds(pid_t gate)
{
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(gate, &clock) != 0 || clock_gettime(clock, &t) < 0)
        return 0;
    return t.tv_sec + t.tv_nsec / 1e9;
}

/* Starts to connect, from the next source address in turn. */
static int dial(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0)
        die("socket");
    if (sources > 1) {
        struct sockaddr_in from = loopback(next_source = (next_source + 1) % sources, 0);
        set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0)
            die("bind");
    }
    struct sockaddr_in to = loopback(0, port);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS)
        die("connect");
    return fd;
}

/* Over loopback, connect has usually completed when it returns; otherwise the message is sent on completion. */
static void say(struct client *c)
{
    static char message[MESSAGE];
    message[0] = request;
    uint32_t events = EPOLLIN;
    if (send(c->fd, message, MESSAGE, MSG_NOSIGNAL) < 0)
        events = EPOLLIN | EPOLLOUT;
    else if (request == ANSWER)
        shutdown(c->fd, SHUT_WR);
    watch(epoll, EPOLL_CTL_ADD, c->fd, events, c);
}

static void come(struct client *c)
{
    c->begin = nanos();
    c->received = 0;
    c->fd = dial();
    say(c);
}

static void come_again(struct client *c)
{
    close(c->fd);
    come(c);
}

static void churn(struct client *c, uint32_t events)
{
    char reply[MESSAGE];
    if (events & EPOLLOUT && !(events & EPOLLERR)) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, c->fd, NULL);
        say(c);
        return;
    }
    ssize_t n = recv(c->fd, reply, MESSAGE, 0);
    if (n <= 0) {
        errors++;
        come_again(c);
    } else if ((c->received += n) == MESSAGE) {
        record(&times, nanos() - c->begin);
        done++;
        come_again(c);
    }
}

static void roundtrip(struct client *c, uint32_t events)
{
    char message[MESSAGE];
    (void)events;
    ssize_t n = recv(c->fd, message, MESSAGE, 0);
    if (n <= 0)
        die("a connection was lost");
    if ((c->received += n) == MESSAGE) {
        int64_t now = nanos();
        record(&times, now - c->begin);
        done++;
        c->begin = now;
        c->received = 0;
        message[0] = ECHO;
        if (send(c->fd, message, MESSAGE, MSG_NOSIGNAL) < MESSAGE)
            die("send");
    }
}

static void upload(struct client *c, uint32_t events)
{
    ssize_t n = send(c->fd, chunk, CHUNK, MSG_NOSIGNAL);
    (void)events;
    if (n < 0 && errno != EAGAIN)
        die("send");
    bytes += n > 0 ? n : 0;
}

static void download(struct client *c, uint32_t events)
{
    ssize_t n = recv(c->fd, chunk, CHUNK, 0);
    (void)events;
    if (n <= 0)
        die("recv");
    bytes += n;
}

static uint64_t progress(void)
{
    return done + bytes / 1000000;
}

static void run(int64_t nanoseconds, uint64_t enough, void (*serve)(struct client *, uint32_t))
{
    int64_t end = nanos() + nanoseconds;
    while (nanos() < end && progress() < enough) {
        struct epoll_event ready[EVENTS];
        int n = epoll_wait(epoll, ready, EVENTS, 100);
        for (int i = 0; i < n; i++)
            serve(ready[i].data.ptr, ready[i].events);
    }
}

/* Runs the load for the warm-up, then for the measurement. */
static void measure(pid_t gate, uint64_t warmup, double seconds, void (*serve)(struct client *, uint32_t))
{
    run(WARMUP_NANOS, warmup, serve);
    done = errors = bytes = 0;
    memset(&times, 0, sizeof times);
    double cpu = cpu_seconds(gate), own = cpu_seconds(getpid());
    int64_t begin = nanos();
    run((int64_t)(seconds * 1e9), UINT64_MAX, serve);
    double took = (nanos() - begin) / 1e9;
    printf("{\"seconds\": %.3f, \"done\": %lu, \"errors\": %lu, \"bytes\": %lu, ", took, done, errors, bytes);
    printf("\"cpu\": %.4f, \"own\": %.4f, ", cpu_seconds(gate) - cpu, cpu_seconds(getpid()) - own);
    print_percentiles(&times);
    printf("}\n");
}

static struct client *clients(int count)
{
    struct client *all = calloc(count, sizeof *all);
    for (int i = 0; i < count; i++)
        come(&all[i]);
    return all;
}

/* Connects permanently, and returns when the message has been sent to the gate. */
static int call(const char *message, size_t size)
{
    int fd = dial();
    fcntl(fd, F_SETFL, 0);
    struct sockaddr_in to = loopback(0, port);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EISCONN)
        die("connect");
    if (size && send(fd, message, size, MSG_NOSIGNAL) < (ssize_t)size)
        die("send");
    return fd;
}

static void stream(int count, int up)
{
    static struct client all[1024];
    char header[MESSAGE] = {up ? DISCARD : SEND};
    int64_t endless = INT64_MAX;
    memcpy(header + 1, &endless, sizeof endless);
    for (int i = 0; i < count; i++) {
        all[i].fd = call(header, sizeof header);
        fcntl(all[i].fd, F_SETFL, O_NONBLOCK);
        watch(epoll, EPOLL_CTL_ADD, all[i].fd, up ? EPOLLOUT : EPOLLIN, &all[i]);
    }
}

static void park(int slots, int waiting, int size)
{
    memset(chunk, HOLD, CHUNK);
    for (int i = 0; i < slots; i++)
        call(chunk, 1);
    usleep(300 * 1000);
    for (int i = 0; i < waiting; i++)
        call(chunk, size);
    printf("parked\n");
    fflush(stdout);
    while (read(0, chunk, 1) > 0) {
    }
}

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "usage: clients churn|roundtrip|bulk|park PORT ..., see the source\n");
        return 2;
    }
    raise_descriptor_limit();
    epoll = epoll_create1(0);
    port = atoi(argv[2]);
    if (!strcmp(argv[1], "park")) {
        sources = 16;
        park(atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
        return 0;
    }
    pid_t gate = atoi(argv[3]);
    uint64_t warmup = strtoull(argv[4], NULL, 10);
    double seconds = atof(argv[5]);
    int count = atoi(argv[6]);
    if (!strcmp(argv[1], "churn")) {
        sources = atoi(argv[7]);
        request = argv[8][0];
        clients(count);
        measure(gate, warmup, seconds, churn);
    } else if (!strcmp(argv[1], "roundtrip")) {
        clients(count);
        measure(gate, warmup, seconds, roundtrip);
    } else {
        int up = !strcmp(argv[7], "up");
        stream(count, up);
        measure(gate, warmup, seconds, up ? upload : download);
    }
    return 0;
}
