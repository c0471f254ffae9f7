/** One instruction of classic BPF: struct sock_filter of linux/filter.h. */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

export const LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
export const ALU_AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
export const JUMP = 0x05; // BPF_JMP | BPF_JA
export const JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
export const JUMP_ABOVE = 0x25; // BPF_JMP | BPF_JGT | BPF_K
export const JUMP_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
export const JUMP_BITS = 0x45; // BPF_JMP | BPF_JSET | BPF_K
export const RETURN = 0x06; // BPF_RET | BPF_K
