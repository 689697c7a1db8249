/* The sun and the four large planets, `rounds` times a thousand steps in double precision: what numeric programs do. */
#include "lib.h"

struct body {
  double x, y, z, vx, vy, vz, mass;
};
#define SUN 39.47841760435743
#define YEAR 365.24

static struct body bodies[] = {
  {0, 0, 0, 0, 0, 0, SUN},
  {4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01, 1.66007664274403694e-03 * YEAR, 7.69901118419740425e-03 * YEAR,
   -6.90460016972063023e-05 * YEAR, 9.54791938424326609e-04 * SUN},
  {8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01, -2.76742510726411899e-03 * YEAR, 4.99852801234917238e-03 * YEAR,
   2.30417297573763929e-05 * YEAR, 2.85885980666130812e-04 * SUN},
  {1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01, 2.96460137564761618e-03 * YEAR, 2.37847173959480950e-03 * YEAR,
   -2.96589568540237556e-05 * YEAR, 4.36624404335156298e-05 * SUN},
  {1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01, 2.68067772490389322e-03 * YEAR, 1.62824170038242295e-03 * YEAR,
   -9.51592254519715870e-05 * YEAR, 5.15138902046611451e-05 * SUN},
};
enum { BODIES = sizeof bodies / sizeof bodies[0] };

static void advance(double dt) {
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    for (int j = i + 1; j < BODIES; j++) {
      struct body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double square = dx * dx + dy * dy + dz * dz, pull = dt / (square * __builtin_sqrt(square));
      a->vx -= dx * b->mass * pull, a->vy -= dy * b->mass * pull, a->vz -= dz * b->mass * pull;
      b->vx += dx * a->mass * pull, b->vy += dy * a->mass * pull, b->vz += dz * a->mass * pull;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    a->x += dt * a->vx, a->y += dt * a->vy, a->z += dt * a->vz;
  }
}

static double energy(void) {
  double sum = 0;
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    sum += a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz) / 2;
    for (int j = i + 1; j < BODIES; j++) {
      struct body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      sum -= a->mass * b->mass / __builtin_sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return sum;
}

int main(int argc, char **argv) {
  int rounds = 1;
  if (argc > 1) parse_int(argv[1], &rounds);
  for (int step = 0; step < rounds * 1000; step++) advance(0.01);
  union {
    double d;
    u32 w[2];
  } result = {energy()};
  printf("nbody %08x%08x\n", result.w[1], result.w[0]);
  return 0;
}
