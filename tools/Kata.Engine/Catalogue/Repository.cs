namespace Kata.Engine.Catalogue;

/// <summary>A clone: where its trees are. Everything else is derived from these paths.</summary>
/// <param name="Root">The folder that holds <c>Katas.sln</c>.</param>
public sealed record Repository(string Root)
{
    /// <summary>The learner's tree.</summary>
    public string Katas => Path.Combine(Root, "katas");

    /// <summary>The references' tree.</summary>
    public string Solutions => Path.Combine(Root, "solutions");

    /// <summary>The tests' tree.</summary>
    public string Tests => Path.Combine(Root, "tests");

    /// <summary>What the tool keeps for itself: caches, backups, its own build. Never committed.</summary>
    public string State => Path.Combine(Root, ".kata");

    /// <summary>Finds the clone that a folder is in.</summary>
    /// <exception cref="KataException">No folder above holds <c>Katas.sln</c>.</exception>
    public static Repository Find(string folder)
    {
        for (var candidate = new DirectoryInfo(folder); candidate is not null; candidate = candidate.Parent)
        {
            if (File.Exists(Path.Combine(candidate.FullName, "Katas.sln")))
            {
                return new Repository(candidate.FullName);
            }
        }

        throw new KataException(Texts.NotInClone.With(folder));
    }
}
