/* Shared by the load generator and the upstream: sockets, time, a histogram. */
#ifndef COMMON_H
#define COMMON_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 256
#define MESSAGE 64

/* The request of a connection to the upstream: its first byte. */
enum request {
    ECHO = 'e',     /* send everything back until the client's FIN */
    ANSWER = 'a',   /* after the client's FIN send 64 bytes back and close */
    SEND = 's',     /* send the number of bytes in the next eight bytes, then a FIN */
    DISCARD = 'd',  /* read everything until the client's FIN, then send one byte and close */
    HOLD = 'h'      /* send nothing until the client's FIN */
};

static inline void die(const char *what)
{
    perror(what);
    exit(1);
}

static inline int64_t nanos(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static inline struct sockaddr_in loopback(int host, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + host);
    return address;
}

static inline void set_option(int fd, int level, int option, int value)
{
    if (setsockopt(fd, level, option, &value, sizeof value) < 0)
        die("setsockopt");
}

static inline void raise_descriptor_limit(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static inline void watch(int epoll, int operation, int fd, uint32_t events, void *owner)
{
    struct epoll_event event = {.events = events, .data.ptr = owner};
    if (epoll_ctl(epoll, operation, fd, &event) < 0)
        die("epoll_ctl");
}

/* A histogram of durations in nanoseconds, with a relative error of at most 1/64. */
#define STEPS 64
struct histogram {
    uint64_t count[64 * STEPS];
    uint64_t total;
};

static inline void record(struct histogram *h, int64_t value)
{
    uint64_t v = value < STEPS ? STEPS : (uint64_t)value;
    int exponent = 63 - __builtin_clzll(v) - 6;
    h->count[exponent * STEPS + (v >> exponent) - STEPS]++;
    h->total++;
}

/* Returns a percentile in microseconds, or 0 if nothing was recorded. */
static inline double percentile(const struct histogram *h, double percent)
{
    uint64_t rank = (uint64_t)(h->total * percent / 100), seen = 0;
    for (int i = 0; i < 64 * STEPS; i++) {
        seen += h->count[i];
        if (seen > rank)
            return ((uint64_t)(i % STEPS + STEPS) << (i / STEPS)) / 1e3;
    }
    return 0;
}

static inline void print_percentiles(const struct histogram *h)
{
    printf("\"p50\": %.1f, \"p99\": %.1f, \"p999\": %.1f", percentile(h, 50), percentile(h, 99), percentile(h, 99.9));
}

#endif
