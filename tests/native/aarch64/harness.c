/* Runs one compiled job on AArch64: harness IN OUT.
 *
 * IN, in 8-byte words: the number of threads, of slots and of steps, and the indices of the slots "rows" and "m"; for
 * each slot its bytes (-1: a number) and its word; for each step its number of images; then the contents of the slots
 * that have bytes. With no steps the job runs once, as it stands; else once a step, whose m is that number of images and
 * whose rows begin behind those of the step before. OUT holds, slot after slot, what the job has left: the word of a
 * number, the bytes of the others.
 *
 * Each buffer ends where a page that must not be touched begins, so that a read or a write behind its end is a fault;
 * the bytes before it are checked.
 *
 * Exits with 0; 2: a file; 3: the job was given up; 4: something was written before a buffer.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* The words of the control block, WORD_THREADS and others, and their number, WORDS, come from the compiler's command line. */
extern int64_t job(int64_t *args, int64_t *control, int64_t rank, int64_t n);

enum { GUARD = 0xA5 };

struct slot {
    int64_t bytes, word;
    unsigned char *page, *data;
};

static _Alignas(64) int64_t control[WORDS];
static int64_t *args, n_threads;
static sem_t meeting[2];

static void leave(int code, const char *why) {
    fprintf(stderr, "harness: %s\n", why);
    exit(code);
}

static void take(void *into, size_t bytes, FILE *file) {
    if (bytes && fread(into, 1, bytes, file) != bytes) leave(2, "the input ends too early");
}

static void make_room(struct slot *slot) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = ((size_t)slot->bytes + 64 + page - 1) / page * page;
    slot->page = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (slot->page == MAP_FAILED || mprotect(slot->page + room, page, PROT_NONE)) leave(2, "no memory");
    memset(slot->page, GUARD, room);
    slot->data = slot->page + room - slot->bytes;
}

static void *run(void *rank) {
    return (void *)(intptr_t)job(args, control, (int64_t)(intptr_t)rank, n_threads);
}

static void run_once(void) {
    pthread_t *threads = calloc((size_t)n_threads, sizeof *threads);
    int64_t given_up = 0;
    control[WORD_ARRIVED] = 0;
    for (int64_t rank = 1; rank < n_threads; rank++)
        if (pthread_create(&threads[rank], NULL, run, (void *)(intptr_t)rank)) leave(2, "no thread");
    given_up |= (int64_t)(intptr_t)run(NULL);
    for (int64_t rank = 1; rank < n_threads; rank++) {
        void *status;
        pthread_join(threads[rank], &status);
        given_up |= (int64_t)(intptr_t)status;
    }
    free(threads);
    if (given_up) leave(3, "the job was given up");
}

int main(int count, char **names) {
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    FILE *in = count == 3 ? fopen(names[1], "rb") : NULL;
    if (!in) leave(2, "usage: harness IN OUT");
    int64_t n_slots, n_steps, rows, m;
    take(&n_threads, sizeof n_threads, in);
    take(&n_slots, sizeof n_slots, in);
    take(&n_steps, sizeof n_steps, in);
    take(&rows, sizeof rows, in);
    take(&m, sizeof m, in);
    struct slot *slots = calloc((size_t)n_slots, sizeof *slots);
    args = calloc((size_t)n_slots, sizeof *args);
    for (int64_t i = 0; i < n_slots; i++) take(&slots[i], 2 * sizeof(int64_t), in);
    int64_t *images = calloc((size_t)n_steps + 1, sizeof *images);
    take(images, (size_t)n_steps * sizeof *images, in);
    for (int64_t i = 0; i < n_slots; i++) {
        args[i] = slots[i].word;
        if (slots[i].bytes < 0) continue;
        make_room(&slots[i]);
        take(slots[i].data, (size_t)slots[i].bytes, in);
        args[i] = (int64_t)(intptr_t)slots[i].data;
    }
    fclose(in);

    control[WORD_THREADS] = n_threads;
    control[WORD_SPINS] = 20;
    control[WORD_SLEEP] = (int64_t)(intptr_t)sem_wait;
    control[WORD_WAKE] = (int64_t)(intptr_t)sem_post;
    for (int parity = 0; parity < 2; parity++) {
        sem_init(&meeting[parity], 0, 0);
        control[WORD_MEETING + parity] = (int64_t)(intptr_t)&meeting[parity];
    }
    for (int64_t step = 0; step < n_steps; step++) {
        args[m] = images[step];
        run_once();
        args[rows] += images[step] * (int64_t)sizeof(int64_t);
    }
    if (!n_steps) run_once();

    FILE *out = fopen(names[2], "wb");
    if (!out) leave(2, "the output cannot be written");
    for (int64_t i = 0; i < n_slots; i++) {
        for (unsigned char *guard = slots[i].page; guard < slots[i].data; guard++)
            if (*guard != GUARD) leave(4, "something was written before a buffer");
        if (slots[i].bytes < 0)
            fwrite(&args[i], sizeof args[i], 1, out);
        else if (slots[i].bytes)
            fwrite(slots[i].data, 1, (size_t)slots[i].bytes, out);
    }
    if (fclose(out)) leave(2, "the output cannot be written");
    return 0;
}
