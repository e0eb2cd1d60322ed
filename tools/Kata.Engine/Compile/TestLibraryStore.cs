using System.Collections.Concurrent;
using System.Text.Json;
using Kata.Engine.Progress;

namespace Kata.Engine.Compile;

/// <summary>
/// Keeps compiled tests in memory and, one file each, under <c>.kata/tests</c>: a first check after the start
/// compiles the answer alone. Losing the folder costs nothing but time.
/// </summary>
/// <param name="folder">Where the files are.</param>
internal sealed class TestLibraryStore(string folder)
{
    /// <summary>Enough for going back and forth between versions of a kata's tests.</summary>
    private const int FilesPerKata = 4;

    private readonly ConcurrentDictionary<string, TestLibrary> inMemory = [];

    /// <summary>A library that was kept; null when there is none.</summary>
    public TestLibrary? Find(int kata, string key)
    {
        if (inMemory.TryGetValue(key, out var library))
        {
            return library;
        }

        try
        {
            library = JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(kata, key)), TestLibraryJson.Default.TestLibrary);
            return library is null ? null : inMemory[key] = library;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // Absent, or damaged by whatever happened to the disk: it is compiled again.
            return null;
        }
    }

    /// <summary>Keeps a library.</summary>
    public void Keep(int kata, TestLibrary library)
    {
        inMemory[library.Key] = library;
        try
        {
            AtomicFile.Write(PathOf(kata, library.Key), JsonSerializer.Serialize(library, TestLibraryJson.Default.TestLibrary));
            foreach (var old in new DirectoryInfo(folder).EnumerateFiles($"{kata:000}-*.json").OrderByDescending(file => file.LastWriteTimeUtc).Skip(FilesPerKata))
            {
                old.Delete();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full or read-only disk: the library is in memory, and the next start compiles it again.
        }
    }

    private string PathOf(int kata, string key) => Path.Combine(folder, $"{kata:000}-{key}.json");
}
