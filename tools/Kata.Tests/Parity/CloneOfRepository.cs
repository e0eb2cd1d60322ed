using System.Diagnostics;
using Kata.Engine.Catalogue;

namespace Kata.Tests.Parity;

/// <summary>A copy of the repository as it stands in the working tree, to be changed and thrown away.</summary>
internal sealed class CloneOfRepository : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kata-clone");

    /// <summary>Copies what git tracks, and what it would track.</summary>
    public CloneOfRepository()
    {
        var source = Repository.Find(AppContext.BaseDirectory).Root;
        foreach (var file in Git(source, "ls-files", "--cached", "--others", "--exclude-standard").Where(file => File.Exists(Path.Combine(source, file))))
        {
            var target = Path.Combine(folder.FullName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(source, file), target);
        }
    }

    /// <summary>The copy.</summary>
    public Repository Repository => new(folder.FullName);

    /// <inheritdoc />
    public void Dispose() => folder.Delete(recursive: true);

    private static string[] Git(string root, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", ["-C", root, "-c", "core.quotePath=false", .. arguments]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
