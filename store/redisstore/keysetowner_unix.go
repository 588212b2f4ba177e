//go:build unix

package redisstore

import (
	"io/fs"
	"os"
	"syscall"
)

// giveTo gives the file to the owner and group of another.
func giveTo(file *os.File, other fs.FileInfo) error {
	owner := other.Sys().(*syscall.Stat_t)
	return file.Chown(int(owner.Uid), int(owner.Gid))
}
