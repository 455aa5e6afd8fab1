#!/bin/bash
#
# after-install.sh LIBDIR SONAME: makes the loader find the library that was just installed, if it may; otherwise says
# what to do. Says nothing when loader and pkg-config find it.

libdir=$1 soname=$2
PATH=$PATH:/usr/sbin:/sbin
if [ "$(id -u)" -eq 0 ]; then
    ldconfig 2>/dev/null
fi
if ! ldconfig -p 2>/dev/null | grep -qF "=> $libdir/$soname"; then
    cat <<END
The loader does not look for $soname in $libdir. Do one of these:
    link programs with  -Wl,-rpath,$libdir
    run them with       LD_LIBRARY_PATH=$libdir
    or, as root, once:  echo $libdir >/etc/ld.so.conf.d/sorteo.conf && ldconfig
END
fi
if command -v pkg-config >/dev/null && [ "$(pkg-config --variable=libdir sorteo 2>/dev/null)" != "$libdir" ]; then
    echo "pkg-config finds it with PKG_CONFIG_PATH=$libdir/pkgconfig"
fi
exit 0
