/* execve of programs that ask for an interpreter, and of what is no program. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_elf(const char *path, const char *interpreter, int machine) {
  struct {
    Elf32_Ehdr header;
    Elf32_Phdr parts[2];
    char interpreter[64];
    unsigned char code[64];
  } file;
  memset(&file, 0, sizeof file);
  memcpy(file.header.e_ident, ELFMAG "\1\1\1", 7);
  file.header.e_type = ET_EXEC;
  file.header.e_machine = machine;
  file.header.e_version = 1;
  file.header.e_entry = 0x10000 + (unsigned)((char *)file.code - (char *)&file);
  file.header.e_phoff = sizeof file.header;
  file.header.e_ehsize = sizeof file.header;
  file.header.e_phentsize = sizeof file.parts[0];
  file.header.e_phnum = 2;
  file.parts[0] = (Elf32_Phdr){.p_type = PT_INTERP, .p_offset = (unsigned)(file.interpreter - (char *)&file), .p_filesz = strlen(interpreter) + 1, .p_memsz = strlen(interpreter) + 1, .p_flags = PF_R, .p_align = 1};
  file.parts[0].p_vaddr = 0x10000 + file.parts[0].p_offset;
  file.parts[1] = (Elf32_Phdr){.p_type = PT_LOAD, .p_vaddr = 0x10000, .p_filesz = sizeof file, .p_memsz = sizeof file, .p_flags = PF_R | PF_X, .p_align = 0x1000};
  strcpy(file.interpreter, interpreter);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
  if (write(fd, &file, sizeof file) != sizeof file) perror("write");
  close(fd);
}

static void try(const char *path) {
  char *args[] = {"x", NULL};
  int pid = fork(), status;
  if (pid == 0) {
    execv(path, args);
    printf("%s: %s\n", strrchr(path, '/') + 1, strerror(errno));
    fflush(stdout);
    _exit(9);
  }
  waitpid(pid, &status, 0);
  printf("status %d\n", WEXITSTATUS(status));
  fflush(stdout);
}

int main(void) {
  char path[] = "/tmp/dynamic-XXXXXX";
  int here = 3; /* EM_386, or EM_MIPS */
#ifdef __mips__
  here = 8;
#endif
  if (!mkdtemp(path)) return 1;
  chdir(path);
  write_elf("missing", "/nowhere/ld.so.1", here);
  write_elf("folder", "/tmp", here);
  write_elf("foreign", "/nowhere/ld.so.1", 0x1234);
  int fd = open("text", O_WRONLY | O_CREAT, 0755);
  write(fd, "no program\n", 11);
  close(fd);
  fd = open("script", O_WRONLY | O_CREAT, 0755);
  write(fd, "#!/nowhere/sh\n", 14);
  close(fd);
  const char *names[] = {"missing", "folder", "foreign", "text", "script"};
  for (int i = 0; i < 5; i++) {
    char whole[64];
    snprintf(whole, sizeof whole, "%s/%s", path, names[i]);
    try(whole);
    unlink(names[i]);
  }
  chdir("/");
  return rmdir(path);
}
