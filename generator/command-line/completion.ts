/**
 * Completion scripts, which ask the program itself. yargs reads SHELL to choose the form of its answer, with descriptions if the
 * shell shows them.
 */
export const COMPLETION_SCRIPTS = {
  bash: `# arcade-migrate: completion for bash. In ~/.bashrc: source <(arcade-migrate completion bash)
_arcade_migrate() {
  local IFS=$'\\n' answers
  answers=$(SHELL=bash arcade-migrate --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
  COMPREPLY=($(compgen -W "$answers" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _arcade_migrate arcade-migrate`,

  zsh: `#compdef arcade-migrate
# arcade-migrate: completion for zsh. In ~/.zshrc, after compinit: source <(arcade-migrate completion zsh)
_arcade_migrate() {
  local -a answers
  answers=(\${(f)"$(SHELL=zsh arcade-migrate --get-yargs-completions "\${(@)words[1,CURRENT]}" 2>/dev/null)"})
  if (( \${#answers} )); then _describe 'arcade-migrate' answers; else _files; fi
}
compdef _arcade_migrate arcade-migrate`,

  fish: `# arcade-migrate: completion for fish. arcade-migrate completion fish > ~/.config/fish/completions/arcade-migrate.fish
complete -c arcade-migrate -a '(env SHELL=fish arcade-migrate --get-yargs-completions (commandline -opc) (commandline -ct) 2>/dev/null)'`,
} as const;

export type Shell = keyof typeof COMPLETION_SCRIPTS;

export const SHELLS = Object.keys(COMPLETION_SCRIPTS) as Shell[];
