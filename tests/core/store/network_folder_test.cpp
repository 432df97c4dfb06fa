#include "core/store/network_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/temporary_folder.h"

namespace layerscope {
namespace {

constexpr const char* lab_computer =
    "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
    "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"
    "40 27 0:40 / /home rw,relatime shared:20 master:3 - nfs4 server:/home rw,vers=4.2\n"
    "41 40 8:1 / /home/anna/fast rw,relatime shared:21 - ext4 /dev/sda1 rw\n"
    "42 27 0:42 / /mnt/the\\040share rw,relatime - cifs //nas/the\\040share rw\n"
    "43 27 0:43 / /mnt/back\\134slash rw,relatime - fuse.sshfs anna@host:/ rw\n";

std::string kind_of(const std::string& mountinfo, const std::string& path) {
    return network_file_system(mountinfo, path).value_or("local");
}

std::string mounted_at_data(const std::string& kind) {
    return "27 1 254:0 / / rw - ext4 /dev/vda rw\n50 27 0:50 / /data rw - " + kind + " source rw\n";
}

TEST(NetworkFolder, is_told_by_the_mount_that_holds_the_path) {
    EXPECT_EQ(kind_of(lab_computer, "/home/anna/runs"), "nfs4");
    EXPECT_EQ(kind_of(lab_computer, "/home"), "nfs4");
    EXPECT_EQ(kind_of(lab_computer, "/var/runs"), "local");
    EXPECT_EQ(kind_of(lab_computer, "/"), "local");
}

TEST(NetworkFolder, is_not_one_where_a_disk_is_mounted_below_it) {
    EXPECT_EQ(kind_of(lab_computer, "/home/anna/fast/runs"), "local");
}

TEST(NetworkFolder, compares_whole_names_of_a_path) {
    EXPECT_EQ(kind_of(lab_computer, "/homestead/runs"), "local");
    EXPECT_EQ(kind_of(lab_computer, "/home/anna/faster/runs"), "nfs4");
}

TEST(NetworkFolder, understands_blanks_and_backslashes_of_a_mount_point) {
    EXPECT_EQ(kind_of(lab_computer, "/mnt/the share/runs"), "cifs");
    EXPECT_EQ(kind_of(lab_computer, "/mnt/back\\slash"), "fuse.sshfs");
    EXPECT_EQ(kind_of(lab_computer, "/mnt/the\\040share"), "local");
}

TEST(NetworkFolder, goes_by_the_last_of_several_mounts_at_one_place) {
    const std::string disk_below =
        "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
        "50 27 8:1 / /data rw - ext4 /dev/sda1 rw\n";
    const std::string share_on_top = disk_below + "51 50 0:51 / /data rw - nfs nas:/data rw\n";
    EXPECT_EQ(kind_of(disk_below, "/data/runs"), "local");
    EXPECT_EQ(kind_of(share_on_top, "/data/runs"), "nfs");
    EXPECT_EQ(kind_of(share_on_top + "52 51 8:1 / /data rw - xfs /dev/sdb rw\n", "/data/runs"),
              "local");
}

TEST(NetworkFolder, knows_the_kinds_that_laboratories_have) {
    for (const std::string kind :
         {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "lustre", "beegfs",
          "davfs", "fuse.davfs", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.s3fs"}) {
        EXPECT_EQ(kind_of(mounted_at_data(kind), "/data/runs"), kind);
    }
}

TEST(NetworkFolder, lets_the_disks_of_containers_and_virtual_machines_pass) {
    for (const std::string kind :
         {"ext4", "xfs", "btrfs", "tmpfs", "9p", "virtiofs", "overlay", "fuseblk"}) {
        EXPECT_EQ(kind_of(mounted_at_data(kind), "/data/runs"), "local") << kind;
    }
}

TEST(NetworkFolder, passes_over_lines_that_mean_nothing) {
    const std::string nonsense =
        "\n-\n - nfs\n1 2 3 4 /data\n1 2 3 4 /data rw - \n1 2 3 4  rw - nfs x rw\n\\0\\400";
    EXPECT_EQ(kind_of(nonsense, "/data/runs"), "local");
    EXPECT_EQ(kind_of("", "/data/runs"), "local");
    EXPECT_EQ(kind_of("1 2 3 4 /data\\ rw - nfs", "/data\\"), "nfs") << "no newline, no escape";
}

TEST(NetworkFolder, is_not_where_this_machine_keeps_temporary_files) {
    const TemporaryFolder folder;
    EXPECT_TRUE(check_local(folder.path()));
    EXPECT_TRUE(check_local(folder / "not there yet/runs"));
    EXPECT_TRUE(check_local("runs"));
}

// So that a format which we do not understand is not taken for a machine without mounts.
TEST(NetworkFolder, finds_a_mount_of_this_machine_in_its_own_list) {
    std::ifstream in{"/proc/self/mountinfo"};
    std::string mountinfo{std::istreambuf_iterator<char>{in}, {}};
    ASSERT_NE(mountinfo, "");
    const auto at = mountinfo.find(" - proc ");
    ASSERT_NE(at, std::string::npos);
    mountinfo.replace(at, 8, " - nfs4 ");
    EXPECT_EQ(kind_of(mountinfo, "/proc/self"), "nfs4");
}

}  // namespace
}  // namespace layerscope
