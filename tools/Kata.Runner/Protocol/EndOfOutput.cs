using System.Text;

namespace Kata.Runner.Protocol;

/// <summary>What the child prints on both console streams after a run; nobody can print it earlier, for the nonce is secret.</summary>
public static class EndOfOutput
{
    /// <summary>The bytes of the mark.</summary>
    public static byte[] Mark(string nonce) => Encoding.ASCII.GetBytes($"\0{nonce}\0");
}
