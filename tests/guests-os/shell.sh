# What the small shell knows. Lines that begin with #> say what must come out, in order.
echo hello "two  words" 'single $x' back\ slash
#> hello two  words single $x back slash
A=5; echo $A ${A}x "$A" [$none]
#> 5 5x 5 []
B='x   y'; echo $B "$B"
#> x y x   y
echo $# $0 $1 "$2"
#> 2 script one two words
echo a b c | wc
#> 1 3 6
echo one | cat | cat | wc -c
#> 4
false && echo no || echo yes
#> yes
true && echo and; false || echo or
#> and
#> or
false; echo $?; ! false; echo $?
#> 1
#> 0
(cd /proc; pwd; exit 3); echo $?
#> /proc
#> 3
sh -c 'exit 7'; echo $?
#> 7
sh -c 'kill -KILL $$' 2>/dev/null; echo $?
#> 137
sleep 30 & kill $!; wait $! 2>/dev/null; echo $?
#> 143
(sleep 0.2; echo slow) & (sleep 0.05; echo fast) & wait
#> fast
#> slow
ls /none 2>&1 | cat
#> ls: /none: No such file or directory
nosuch 2>/dev/null; echo $?
#> 127
X=1 sh -c 'echo x is $X'; echo "[$X]"
#> x is 1
#> []
export Y=2; sh -c 'echo y is $Y'; unset Y; sh -c 'echo "y is [$Y]"'
#> y is 2
#> y is []
echo word#notacomment # a comment
#> word#notacomment
env -i PATH=$PATH Z=3 env | cat > /dev/null; env -i Z=3 sh 2>/dev/null; echo $?
#> 127
true > /tmp/strata-shell; cat < /tmp/strata-shell; rm /tmp/strata-shell; ls /tmp/strata-shell 2>/dev/null || echo gone
#> gone
read line < /proc/sys/kernel/ostype; echo $line
#> Linux
for i in 1 2 3; do echo $i; done
#> 1
#> 2
#> 3
for w in "$A" 'b c' d; do echo "<$w>"; done | cat
#> <5>
#> <b c>
#> <d>
if true; then echo then; else echo else; fi
#> then
if false; then echo a; elif true; then echo b; else echo c; fi; echo $?
#> b
#> 0
if false; then echo a; fi; echo $?
#> 0
X=1; while test $X != 1111; do X=${X}1; echo $X; done
#> 11
#> 111
#> 1111
until [ $X -le 5 ]; do X=5; done; echo $X
#> 5
for i in 1 2 3 4; do if [ $i = 2 ]; then continue; fi; if [ $i = 4 ]; then break; fi; echo $i; done
#> 1
#> 3
for i in a b; do
  for j in x y; do
    echo $i$j # each
  done
done
#> ax
#> ay
#> bx
#> by
{ echo one; echo two; } | wc -l
#> 2
{ echo quiet; false; } > /dev/null; echo $?
#> 1
while true; do echo once; break; done > /dev/null || echo no; echo done if then
#> done if then
for i in 1 2; do (echo $i; exit 1); done; echo $?
#> 1
#> 2
#> 1
for i in 1 2; do false; done || echo failed
#> failed
if test -e /proc && test ! -e /nowhere; then echo there; fi
#> there
[ -z "" ] && [ -n x ] && [ 3 -gt 2 ] && [ a != b ] && echo tested
#> tested
for i in; do echo never; done; echo $?
#> 0
while read line; do echo "got $line"; done < /proc/sys/kernel/ostype
#> got Linux
if [ 1 -eq 1 ]
then
  if [ 2 -eq 3 ]; then echo no
  else echo nested; fi
fi
#> nested
sh -c 'while true; do echo' 2>/dev/null; echo $?
#> 2
shift; echo $1
#> two words
exec echo replaced
#> replaced
