"""Energy-management contracts (合同能源管理): verified savings, shared benefits, a lien on the rights."""
