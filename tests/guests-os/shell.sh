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
export Y=2; sh -c 'echo y is $Y'; unset Y; env | wc -l
#> y is 2
#> 2
echo word#notacomment # a comment
#> word#notacomment
env -i PATH=$PATH Z=3 env | cat > /dev/null; env -i Z=3 sh 2>/dev/null; echo $?
#> 127
true > /tmp/strata-shell; cat < /tmp/strata-shell; rm /tmp/strata-shell; ls /tmp/strata-shell 2>/dev/null || echo gone
#> gone
read line < /proc/sys/kernel/ostype; echo $line
#> Linux
shift; echo $1
#> two words
exec echo replaced
#> replaced
