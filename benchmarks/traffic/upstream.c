/*
 * The server behind the gates: one epoll loop that does what the first byte of a connection requests (see common.h) and
 * counts its simultaneous connections.
 *
 *     upstream             prints its port, then for each line on standard input the figures since the previous line
 */
#include "common.h"

#define CHUNK (256 * 1024)

struct connection {
    int fd;
    int request;   /* 0 until the first byte has arrived */
    int64_t left;  /* bytes to send */
    char held[MESSAGE];
    size_t holding;
};

static int epoll, listener;
static int active, peak;
static uint64_t served;
static int64_t last_close;
static struct histogram handoffs;
static char buffer[CHUNK];

static void begin(void)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct connection *c = calloc(1, sizeof *c);
        c->fd = fd;
        set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
        watch(epoll, EPOLL_CTL_ADD, fd, EPOLLIN, c);
        if (++active > peak)
            peak = active;
    }
}

static void end(struct connection *c)
{
    last_close = nanos();
    close(c->fd);
    free(c);
    active--;
    served++;
}

/* Sends the remaining bytes that the kernel accepts; after the last, a FIN. */
static void fill(struct connection *c)
{
    while (c->left > 0) {
        ssize_t n = send(c->fd, buffer, c->left < CHUNK ? c->left : CHUNK, MSG_NOSIGNAL);
        if (n < 0) {
            watch(epoll, EPOLL_CTL_MOD, c->fd, EPOLLIN | EPOLLOUT, c);
            return;
        }
        c->left -= n;
    }
    watch(epoll, EPOLL_CTL_MOD, c->fd, EPOLLIN, c);
    shutdown(c->fd, SHUT_WR);
}

static void understand(struct connection *c, ssize_t size)
{
    if (last_close)
        record(&handoffs, nanos() - last_close);
    c->request = buffer[0];
    if (c->request == SEND && size >= 9) {
        memcpy(&c->left, buffer + 1, sizeof c->left);
        fill(c);
    }
}

static void answer(struct connection *c, ssize_t size)
{
    if (c->request == ECHO) {
        if (send(c->fd, buffer, size, MSG_NOSIGNAL) < size)
            shutdown(c->fd, SHUT_RDWR); /* echoes are small; one that does not fit is an error of the load generator */
    } else if (c->request == ANSWER && c->holding + size <= MESSAGE) {
        memcpy(c->held + c->holding, buffer, size);
        c->holding += size;
    }
}

static void finish(struct connection *c)
{
    if (c->request == ANSWER)
        send(c->fd, c->held, c->holding, MSG_NOSIGNAL);
    else if (c->request == DISCARD)
        send(c->fd, "!", 1, MSG_NOSIGNAL);
    end(c);
}

static void serve(struct connection *c, uint32_t events)
{
    if (events & EPOLLOUT)
        fill(c);
    if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        return;
    ssize_t n = recv(c->fd, buffer, c->request == DISCARD ? CHUNK : 16 * 1024, 0);
    if (n == 0) {
        finish(c);
    } else if (n > 0) {
        if (!c->request)
            understand(c, n);
        answer(c, n);
    } else if (errno != EAGAIN) {
        end(c);
    }
}

/* Answers a line with the figures and resets them; exits at the end of the input. */
static void report(void)
{
    char line[64];
    if (read(0, line, sizeof line) <= 0)
        exit(0);
    printf("{\"peak\": %d, \"active\": %d, \"served\": %lu, \"handoff\": {", peak, active, served);
    print_percentiles(&handoffs);
    printf("}}\n");
    fflush(stdout);
    peak = active;
    served = 0;
    last_close = 0;
    memset(&handoffs, 0, sizeof handoffs);
}

int main(void)
{
    struct sockaddr_in address = loopback(0, 0);
    socklen_t length = sizeof address;
    raise_descriptor_limit();
    epoll = epoll_create1(0);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 4096) < 0)
        die("listen");
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, &listener);
    watch(epoll, EPOLL_CTL_ADD, 0, EPOLLIN, &epoll);
    for (;;) {
        struct epoll_event ready[EVENTS];
        int n = epoll_wait(epoll, ready, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            if (ready[i].data.ptr == &listener)
                begin();
            else if (ready[i].data.ptr == &epoll)
                report();
            else
                serve(ready[i].data.ptr, ready[i].events);
        }
    }
}
